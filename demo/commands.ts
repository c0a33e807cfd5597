import type { Session } from "./client.ts";
import { agentClient } from "./issuer.ts";
import type { Stage } from "./stage.ts";

/**
 * What to try by hand while all of it runs: a remark, then commands to copy. The first ones succeed,
 * with a key and a token in `folder`.
 */
export function commands(stage: Stage, session: Session, folder: string): string[] {
  const { issuer, resource, origin, scope, upstream } = stage;
  const stolen = session.accessToken;
  const [key, token] = [`${folder}/key.json`, `${folder}/token.json`];
  const { client_id, client_secret } = agentClient;
  const client = `--issuer ${issuer.url} --client-id ${client_id} --client-secret ${client_secret}`;
  return [
    "# a key of your own, a token that is bound to it, and a call with both: 200",
    `npx dpop-edge keygen --out ${key}`,
    `npx dpop-edge login --key ${key} ${client} --client-credentials --scope ${scope} --resource ${origin} --out ${token}`,
    `npx dpop-edge fetch ${resource} --key ${key} --token @${token} -i`,
    "# without a token: 401 and a bare challenge",
    `curl -si ${resource}`,
    "# the stolen token as Bearer: 401 token.downgraded",
    `curl -si ${resource} -H 'Authorization: Bearer ${stolen}'`,
    "# the stolen token without a proof: 401 proof.missing",
    `curl -si ${resource} -H 'Authorization: DPoP ${stolen}'`,
    "# the keys of the internal tokens: 200",
    `curl -si ${origin}/.well-known/jwks`,
    "# past the edge: the upstream refuses by itself, 401",
    `curl -si ${upstream.url}/api/orders`,
  ];
}
