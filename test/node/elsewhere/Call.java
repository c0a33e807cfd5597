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
import java.util.List;

/** The Nimbus OAuth SDK as its documentation has it: log in, then call twice, each with its nonce. */
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

    HTTPResponse challenge = call(proofs, url, token, null);
    DPoPTokenError error = DPoPTokenError.parse(challenge.getWWWAuthenticate());
    Nonce nonce = challenge.getDPoPNonce();
    System.out.println(challenge.getStatusCode() + " " + error.getCode());
    System.out.println(call(proofs, url, token, nonce).getStatusCode());
    System.out.println(call(proofs, url, token, nonce).getStatusCode());
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
