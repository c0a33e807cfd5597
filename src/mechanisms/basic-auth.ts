import { bytesOfBase64 } from "../base64.ts";
import { Fault, Refused } from "../decision.ts";
import type { BasicAuthCode, Kit } from "../mechanisms.ts";
import { equalTexts } from "../secrets/equal-texts.ts";

/** RFC 7617 section 2: `Basic`, and token68. */
const field = /^basic(?: +(.*))?$/i;

/**
 * The authenticator `basic_auth`: one user and a password. Both are compared whole and in constant
 * time, whichever is wrong, and the answer does not say which.
 */
export const basicAuth: (kit: Kit) => BasicAuthCode = ({ secrets }) => ({
  credentials({ headers }) {
    const authorization = headers.get("Authorization") ?? "";
    if (!/^basic\b/i.test(authorization)) return undefined;
    // Headers joins repeated fields with a comma, which base64 does not hold.
    if (authorization.includes(",")) throw new Refused("credentials.multiple");
    return field.exec(authorization)?.[1] ?? "";
  },
  async verify(credentials, { user: expectedUser, password: expectedPassword }) {
    const { user, password } = decoded(credentials);
    const [userFits, passwordFits] = await Promise.all([
      equalTexts(
        user,
        typeof expectedUser === "string" ? expectedUser : await secrets.text(expectedUser),
      ),
      equalTexts(password, plain(await secrets.text(expectedPassword))),
    ]);
    if (!userFits || !passwordFits) throw new Refused("credentials.invalid");
    return { id: user, attributes: {}, scopes: [] };
  },
});

/** The user ends at the first colon: a password may hold more of them. */
function decoded(credentials: string): { readonly user: string; readonly password: string } {
  const text = textOf(credentials);
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon < 0) {
    throw new Refused("credentials.malformed", { expected: "base64 of user:password in UTF-8" });
  }
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function textOf(base64: string): string | undefined {
  try {
    const bytes = bytesOfBase64(base64);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function plain(secret: string): string {
  if (secret === "") throw new Fault("The password of a basic_auth authenticator is empty.");
  if (!secret.startsWith("$argon2")) return secret;
  throw new Fault(
    "The secret of a basic_auth authenticator is an argon2 hash, which cannot be computed at the edge: store a long random password itself as the secret.",
  );
}
