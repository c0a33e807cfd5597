import type { ClientAuthentication } from "../configuration.ts";
import { encodeBase64url } from "../jws/base64url.ts";
import { signCompact } from "../jws/sign.ts";
import type { Kit } from "../mechanisms.ts";
import { type Secrets, select } from "../secrets.ts";
import { basicCredentials } from "../token/endpoint.ts";

/** What a client adds to a form that it posts to its authorization server. */
export interface Authenticated {
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
}

/** Seconds that an assertion lives: one way to the endpoint, and clocks that differ. */
const assertionLife = 60;

/**
 * RFC 6749 section 2.3.1 and RFC 7523 section 2.2.
 * @param url the endpoint's, whom an assertion is meant for unless the document says otherwise
 * @param anew the last request failed: its credentials are read again, in case they were replaced
 * @throws Fault where a secret cannot be had
 */
export async function authenticateClient(
  client: ClientAuthentication | undefined,
  url: string,
  { runtime, secrets }: Pick<Kit, "runtime" | "secrets">,
  anew: boolean,
): Promise<Authenticated> {
  const named = async ({
    clientId,
    secret,
  }: Extract<ClientAuthentication, { secret: unknown }>) => ({
    id: typeof clientId === "string" ? clientId : await secrets.text(clientId, anew),
    secret: await secrets.text(secret, anew),
  });
  switch (client?.type) {
    case undefined:
      return { headers: {}, form: {} };
    case "client_secret_basic": {
      const { id, secret } = await named(client);
      const authorization = basicCredentials(formEncoded(id), formEncoded(secret));
      return { headers: { Authorization: authorization }, form: {} };
    }
    case "client_secret_post": {
      const { id, secret } = await named(client);
      return { headers: {}, form: { client_id: id, client_secret: secret } };
    }
    case "private_key_jwt":
      return {
        headers: {},
        form: {
          client_id: client.clientId,
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          client_assertion: await assertion(client, url, runtime, secrets),
        },
      };
  }
}

/** RFC 7523 section 3: new for every request, so that none can be used again. */
async function assertion(
  { clientId, key, audience }: Extract<ClientAuthentication, { type: "private_key_jwt" }>,
  url: string,
  runtime: Kit["runtime"],
  secrets: Secrets,
): Promise<string> {
  const iat = Math.floor(runtime.now() / 1000);
  return await signCompact(select(await secrets.signingKeys(key), key), {
    iss: clientId,
    sub: clientId,
    aud: audience ?? url,
    iat,
    exp: iat + assertionLife,
    jti: encodeBase64url(runtime.random(16)),
  });
}

/** RFC 6749 appendix B. */
function formEncoded(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}
