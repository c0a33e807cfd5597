//! Logs in as itself, then calls five times at once and sends a body: each request with a proof of its own.
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use p256::elliptic_curve::rand_core::{OsRng, RngCore};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{collections::HashMap, sync::Mutex, thread};

type Answer = ureq::http::Response<ureq::Body>;
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// One key for the client's life, and the latest nonce of each origin.
struct Dpop {
    key: SigningKey,
    agent: ureq::Agent,
    nonces: Mutex<HashMap<String, String>>,
}

enum Body<'a> {
    Empty,
    Form(&'a [(&'a str, &'a str)]),
    Json(&'a Value),
}

impl Dpop {
    fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0);
        Dpop {
            key: SigningKey::random(&mut OsRng),
            agent: config.build().into(),
            nonces: Mutex::default(),
        }
    }

    fn proof(&self, method: &str, url: &str, token: Option<&str>, nonce: Option<&str>) -> String {
        let point = self.key.verifying_key().to_encoded_point(false);
        let coordinate =
            |bytes: Option<&_>| B64.encode::<&[u8]>(bytes.map_or(&[], |b: &p256::FieldBytes| b));
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": {
            "kty": "EC", "crv": "P-256", "x": coordinate(point.x()), "y": coordinate(point.y())}});
        let mut jti = [0u8; 16];
        OsRng.fill_bytes(&mut jti);
        let iat = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        let htu = url.split(['?', '#']).next().unwrap_or(url);
        let mut claims = json!({"jti": B64.encode(jti), "htm": method, "htu": htu, "iat": iat});
        if let Some(token) = token {
            claims["ath"] = B64.encode(Sha256::digest(token)).into();
        }
        if let Some(nonce) = nonce {
            claims["nonce"] = nonce.into();
        }
        let text = format!(
            "{}.{}",
            B64.encode(header.to_string()),
            B64.encode(claims.to_string())
        );
        let signature: Signature = self.key.sign(text.as_bytes());
        format!("{text}.{}", B64.encode(signature.to_bytes()))
    }

    /// Sends; once more where the answer asks for its nonce.
    fn call(&self, url: &str, token: Option<&str>, body: &Body) -> Result<(u16, Value), Failure> {
        let origin = url.split('/').take(3).collect::<Vec<_>>().join("/");
        let mut nonce = self
            .nonces
            .lock()
            .map_err(|_| "poisoned")?
            .get(&origin)
            .cloned();
        for attempt in 0.. {
            let mut answer = self.send(url, token, body, nonce.as_deref())?;
            let status = answer.status().as_u16();
            let header = |name| {
                answer
                    .headers()
                    .get(name)
                    .and_then(|value| value.to_str().ok())
                    .map(String::from)
            };
            let (given, challenge) = (
                header("DPoP-Nonce"),
                header("WWW-Authenticate").unwrap_or_default(),
            );
            if let Some(given) = &given {
                self.nonces
                    .lock()
                    .map_err(|_| "poisoned")?
                    .insert(origin.clone(), given.clone());
            }
            let said: Value = answer.body_mut().read_json().unwrap_or(Value::Null);
            // RFC 9449: an API says it in WWW-Authenticate (section 9), an issuer in the body (section 8).
            let asks = challenge.contains("use_dpop_nonce") || said["error"] == "use_dpop_nonce";
            if attempt > 0 || given.is_none() || !asks {
                return Ok((status, said));
            }
            nonce = given;
        }
        unreachable!()
    }

    fn send(
        &self,
        url: &str,
        token: Option<&str>,
        body: &Body,
        nonce: Option<&str>,
    ) -> Result<Answer, Failure> {
        let method = if matches!(body, Body::Empty) {
            "GET"
        } else {
            "POST"
        };
        let proof = self.proof(method, url, token, nonce);
        let bearer = token.map(|token| format!("DPoP {token}"));
        if let Body::Empty = body {
            let mut request = self.agent.get(url).header("DPoP", &proof);
            if let Some(value) = &bearer {
                request = request.header("Authorization", value);
            }
            return Ok(request.call()?);
        }
        let mut request = self.agent.post(url).header("DPoP", &proof);
        if let Some(value) = &bearer {
            request = request.header("Authorization", value);
        }
        match body {
            Body::Form(fields) => Ok(request.send_form(fields.iter().copied())?),
            Body::Json(value) => Ok(request.send_json(value)?),
            Body::Empty => unreachable!(),
        }
    }
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [token_endpoint, resource, api] = arguments.as_slice() else {
        return Err("TOKEN_ENDPOINT RESOURCE URL".into());
    };
    let dpop = Dpop::new();
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", "agent"),
        ("client_secret", "agent-secret"),
        ("scope", "read"),
        ("resource", resource),
    ];
    let (_, answer) = dpop.call(token_endpoint, None, &Body::Form(&fields))?;
    if answer["token_type"] != "DPoP" {
        return Err(format!("the token is bound to no key: {answer}").into());
    }
    let token = answer["access_token"].as_str();
    let statuses = thread::scope(|scope| {
        let calls: Vec<_> = (0..5)
            .map(|n| {
                let dpop = &dpop;
                scope.spawn(move || dpop.call(&format!("{api}/{n}"), token, &Body::Empty))
            })
            .collect();
        calls
            .into_iter()
            .map(|call| {
                call.join()
                    .map_err(|_| "panicked")?
                    .map(|(status, _)| status)
            })
            .collect::<Result<Vec<_>, Failure>>()
    })?;
    let (posted, _) = dpop.call(api, token, &Body::Json(&json!({"order": "tea"})))?;
    println!("{statuses:?} {posted}");
    Ok(())
}
