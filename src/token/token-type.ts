import { Refused } from "../decision.ts";
import type { JsonObject } from "../jws/json.ts";
import { shortMediaType } from "../jws/media-type.ts";

/**
 * RFC 9068 section 4 and RFC 8725 section 3.11: a JWT of another kind (an id_token, a proof) is no
 * access token. RFC 7515 section 4.1.9: media types are compared without case, and "application/"
 * may be left out.
 * @param accepted lower case, without "application/"; "" stands for an absent typ
 * @throws Refused token.type
 */
export function checkType(typ: unknown, accepted: readonly string[]): void {
  const type = typ === undefined ? "" : typ;
  // An empty typ is not an absent one.
  if (typeof type === "string" && typ !== "" && accepted.includes(shortMediaType(type))) return;
  throw new Refused("token.type", {
    expected: accepted.map((name) => name || "no typ").join(", "),
  });
}

const otherUses = ["refresh_token", "id_token", "refresh", "offline", "id"];

/**
 * Issuers sign refresh and ID tokens too, some saying which it is in a claim and not in the header:
 * Cognito and Hydra in `token_use`, Keycloak in `typ`. Nothing of that kind is for an API.
 * @throws Refused token.type
 */
export function checkUse({ token_use: use, typ }: JsonObject): void {
  const kind = `${use ?? typ ?? ""}`.toLowerCase();
  if (!otherUses.includes(kind)) return;
  throw new Refused("token.type", { expected: "an access token", found: kind });
}
