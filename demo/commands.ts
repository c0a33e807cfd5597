import type { Session } from "./client.ts";
import type { Stage } from "./stage.ts";

/** What to try by hand while all of it runs: a remark, then a command to copy. */
export function commands(stage: Stage, session: Session): string[] {
  const { resource, origin, upstream } = stage;
  const stolen = session.accessToken;
  return [
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
