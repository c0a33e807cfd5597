import { isBase64url } from "../../src/jws/base64url.ts";
import {
  eventRevocationId,
  type Revocable,
  revocableKinds,
  revocationId,
} from "../../src/revocation/entry.ts";
import { UsageError } from "../exit.ts";

export interface Named extends Readonly<Partial<Record<Revocable, readonly string[]>>> {
  readonly fromEvent?: boolean;
}

/** The entries of what was named. @throws UsageError where a value cannot be what it is said to be */
export async function idsOf(named: Named): Promise<string[]> {
  const values = revocableKinds.flatMap((kind) =>
    (named[kind] ?? []).map((value) => [kind, value] as const),
  );
  return await Promise.all(values.map(([kind, value]) => idOf(kind, value, named)));
}

async function idOf(kind: Revocable, value: string, { fromEvent }: Named): Promise<string> {
  if (fromEvent) {
    if (/^[0-9a-f]{16}$/.test(value)) return eventRevocationId(kind, value);
    throw new UsageError(
      `--${kind} ${value} is no hash of an event line: 16 digits 0-9 and a-f, of its ${eventFields[kind]}.`,
    );
  }
  if (value === "") throw new UsageError(`--${kind} is empty.`);
  if (kind === "jkt" && (value.length !== 43 || !isBase64url(value))) {
    throw new UsageError(
      `--jkt ${value} is no thumbprint (43 characters of base64url); for the hash of an event line add --from-event.`,
    );
  }
  return await revocationId(kind, value);
}

const eventFields: Readonly<Record<Revocable, string>> = { jkt: "jkt", jti: "token", sub: "sub" };
