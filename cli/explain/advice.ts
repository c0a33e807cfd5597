import type { RefusalCode } from "../../src/decision.ts";

const retry =
  "Send the request once more, with a new proof that carries the nonce of the answer's DPoP-Nonce.";

/** What to change, for each reason to refuse; the compiler sees to it that none is missing. */
export const advice: Readonly<Record<RefusalCode, string>> = {
  "credentials.missing": "Send Authorization: DPoP <access token> and, beside it, DPoP: <proof>.",
  "credentials.malformed":
    "Send Authorization: DPoP <access token>, one space between, and the proof in a DPoP field; a Bearer token stands alone.",
  "credentials.too_large":
    "Ask for a token with fewer claims (groups, roles), or raise serve.limits where the platform's own limit allows it.",
  "credentials.multiple":
    "Send one Authorization field and no access_token in the query: look for a proxy or an SDK that adds its own.",

  "credentials.invalid":
    "Send Authorization: Basic, and the base64 of user:password as the documents and the secret have them.",
  "body.too_large":
    "Send less, or raise serve.limits.body; only rules that look into the body have that limit.",
  "body.unreadable":
    "Send what Content-Type says: UTF-8, no Content-Encoding, JSON in which no name stands twice.",

  "token.malformed":
    "Send the access token as the issuer gave it; a JWT has exp, and cnf.jkt where it is bound. An opaque token needs an authenticator of type oauth2_introspection.",
  "token.type":
    "Send the access token, not the id_token or the proof; or name its typ in assertions.token_types.",
  "token.alg":
    "Let the issuer sign with an algorithm of assertions.allowed_algorithms, or add its algorithm there.",
  "token.key":
    "Check that jwks_endpoint (or --jwks) is this issuer's and that it publishes the key that the token's kid names.",
  "token.signature": "Send the token unchanged; if it is, the keys are another issuer's.",
  "token.issuer":
    "Get the token from an issuer of assertions.issuers, or add this one, spelled exactly as in iss.",
  "token.audience":
    "Ask the issuer for a token for this API (RFC 8707, resource=...), or add its aud to assertions.audience.",
  "token.expired": "Get a new access token (refresh it); if it is new, compare the clocks.",
  "token.inactive":
    "Get a new access token, or log in again: whoever issued this one says that it has ended, was revoked or is not known.",
  "token.revoked":
    "Nothing that the client sends helps: dpop-edge revoke --list shows until when its key, token or subject is shut out, and --lift takes it back. With a new key, get a new token.",
  "token.early": "Compare the clocks of issuer and edge: the token begins in the future.",
  "token.downgraded":
    "Send the token as Authorization: DPoP <token>, with a proof by the key that it is bound to.",
  "token.unbound":
    "Ask for a bound token: send a DPoP proof with the token request; the answer's token_type must be DPoP.",
  "token.binding":
    "Sign every proof with the one key that the token was requested with; keep that key beside the token.",

  "proof.missing": "Send a DPoP field with a proof made for this very request.",
  "proof.multiple": "Send one DPoP field: set it, do not append it, when a request is made again.",
  "proof.malformed":
    "Send one compact JWS, header.payload.signature, in base64url without padding, its JSON without duplicate members, crit or b64.",
  "proof.type": 'Set typ to "dpop+jwt" in the proof\'s header.',
  "proof.alg":
    "Sign with an asymmetric algorithm of assertions.allowed_algorithms; never none or HS*.",
  "proof.jwk":
    "Put the public key, and nothing private, into the header's jwk: of the type and curve that alg demands, RSA from 2048 bits.",
  "proof.signature":
    "Sign with the private key that belongs to the header's jwk; ES* signatures are r and s side by side, not DER.",
  "proof.jti": "Give each proof a jti of its own: 96 random bits or more, at most 256 characters.",
  "proof.ath": "Set ath to the base64url SHA-256 of the access token exactly as it is sent.",
  "proof.htm":
    "Set htm to the method that is really sent, in upper case; make a new proof after a redirect that changes it.",
  "proof.htu":
    "Set htu to the URL that is really asked, as the client sees it, without query; make a new proof for every redirect hop.",
  "proof.iat":
    "Make the proof when the request is sent, in seconds, and set the clock right: the answer's Date tells the difference.",
  "proof.replayed":
    "Make a new proof, with a new jti, for every request, retries of the transport included.",

  "nonce.missing": retry,
  "nonce.invalid": `${retry} Keep nonces apart by origin: the issuer's is not the API's.`,
  "nonce.expired": `${retry} Take the newest DPoP-Nonce from every answer, also from a 200.`,

  "policy.scope": "Ask the issuer for the missing scope.",
  "policy.step_up":
    "Ask the issuer for a new login with the acr_values and max_age of the challenge (RFC 9470), and use its token.",
  "policy.unavailable":
    "Try again later; the edge's log says which endpoint did not answer and why.",
  "policy.denied":
    "The step that is named refuses this caller: ask for what it expects, or change the step in the documents.",
  "rule.unauthorized":
    "No rule lets this request in: check path, method and host against rules.yaml.",

  "mcp.malformed":
    "Send one JSON-RPC 2.0 message as application/json in UTF-8, no member twice, and no Content-Encoding.",
  "mcp.mismatch":
    "Set Mcp-Method, Mcp-Name and MCP-Protocol-Version to what the message says, or leave them out.",
  "mcp.mixed": "Send messages one by one: the rules for them forward differently.",
  "mcp.origin": "List the page's origin in cors.allowed_origins of the rule.",
  "mcp.session":
    "Open a session with initialize: a session is of the subject and the key that opened it.",
  "route.none": "Check path, method and host against match in rules.yaml, or add a rule.",
  "route.unsafe":
    "Send the path without dot segments, double slashes, backslashes and control characters; for %2f see allow_encoded_slashes.",
  "route.insecure": "Ask over https.",
  "route.misdirected": "Ask an origin of serve.public_origin, or add this one there.",

  "keys.unavailable":
    "See why the issuer's keys cannot be had: jwks_endpoint, its certificate, its answer.",
  "introspection.unavailable":
    "See why the endpoint that vouches for tokens or sessions gives no answer: its URL, our credentials there, its status.",
  "replay.unavailable":
    "See why the replay store does not answer; the request itself may be right.",
  "revocation.unavailable":
    "See why the list of revocations cannot be had: its binding or table, its answer; the request itself may be right.",
  internal: "Repair what is said here; the client can do nothing about it.",
};
