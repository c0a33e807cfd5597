import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.dpop.DPoPProofFactory;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.oauth2.sdk.token.DPoPTokenError;
import com.nimbusds.openid.connect.sdk.Nonce;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/** The Nimbus OAuth SDK as its documentation has it: log in, call five times at once, then once more. */
class Call {
  public static void main(String[] arguments) throws Exception {
    URI tokenEndpoint = new URI(arguments[0]);
    URI resource = new URI(arguments[1]);
    URI url = new URI(arguments[2]);
    DPoPProofFactory proofs =
        new DefaultDPoPProofFactory(new ECKeyGenerator(Curve.P_256).generate(), JWSAlgorithm.ES256);

    HTTPResponse refused = askForToken(proofs, tokenEndpoint, resource, null);
    HTTPResponse granted = askForToken(proofs, tokenEndpoint, resource, refused.getDPoPNonce());
    DPoPAccessToken token =
        TokenResponse.parse(granted).toSuccessResponse().getTokens().getDPoPAccessToken();

    AtomicReference<Nonce> kept = new AtomicReference<>();
    Callable<Integer> call = () -> answered(proofs, url, token, kept).getStatusCode();
    ExecutorService threads = Executors.newFixedThreadPool(5);
    List<Integer> statuses = new ArrayList<>();
    for (Future<Integer> each : threads.invokeAll(Collections.nCopies(5, call))) {
      statuses.add(each.get());
    }
    threads.shutdown();
    System.out.println(statuses + " " + call.call());
  }

  /** Calls with the nonce that is kept, and once more with the one of its own challenge. */
  static HTTPResponse answered(
      DPoPProofFactory proofs, URI url, DPoPAccessToken token, AtomicReference<Nonce> kept)
      throws Exception {
    HTTPResponse answer = call(proofs, url, token, kept.get());
    Nonce given = answer.getDPoPNonce();
    if (given != null) kept.set(given);
    if (answer.getStatusCode() != 401 || given == null) return answer;
    DPoPTokenError error = DPoPTokenError.parse(answer.getWWWAuthenticate());
    if (!DPoPTokenError.USE_DPOP_NONCE.getCode().equals(error.getCode())) return answer;
    return call(proofs, url, token, given);
  }

  static HTTPResponse askForToken(
      DPoPProofFactory proofs, URI tokenEndpoint, URI resource, Nonce nonce) throws Exception {
    HTTPRequest request =
        new TokenRequest(
                tokenEndpoint,
                new ClientSecretPost(new ClientID("agent"), new Secret("agent-secret")),
                new ClientCredentialsGrant(),
                new Scope("read"),
                List.of(resource),
                null)
            .toHTTPRequest();
    request.setDPoP(proofs.createDPoPJWT("POST", tokenEndpoint, nonce));
    return request.send();
  }

  static HTTPResponse call(DPoPProofFactory proofs, URI url, DPoPAccessToken token, Nonce nonce)
      throws Exception {
    HTTPRequest request = new HTTPRequest(HTTPRequest.Method.GET, url);
    request.setAuthorization(token.toAuthorizationHeader());
    request.setDPoP(proofs.createDPoPJWT("GET", url, token, nonce));
    return request.send();
  }
}
