import type { Configuration, SecretReference, SecretSource } from "./configuration.ts";
import { Fault } from "./decision.ts";
import { isJsonObject, type JsonObject, parseJson } from "./jws/json.ts";
import type { Runtime } from "./runtime.ts";
import { jwksSigningKeys, jwksSymmetricKeys } from "./secrets/jwks.ts";
import type { SigningKey, SymmetricKey } from "./secrets/keys.ts";
import { type Decrypt, pemCertificates, pemSigningKeys } from "./secrets/pem.ts";
import { SecretProblem } from "./secrets/secret-problem.ts";
import type { ClientTokenCode } from "./token/client-token.ts";
import type { RequestSignatureCode } from "./token/request-signature.ts";

export type { SigningKey, SymmetricKey } from "./secrets/keys.ts";

/**
 * What `secret_management` names, read and parsed when it is first needed. A secret that is missing
 * or bad throws a Fault that names the source and its binding, never its content. What is kept is
 * only what has served: anything else is read again the next time, so that a secret that was put
 * right heals what waits for it.
 */
export interface Secrets {
  /** Every `oct` key of a jwks source, in the set's order; a reference: kept only where it selects one. */
  symmetricKeys(from: string | SecretReference): Promise<readonly SymmetricKey[]>;
  /** Every private key of a jwks or pem source, in the source's order; a reference: as above. */
  signingKeys(from: string | SecretReference): Promise<readonly SigningKey[]>;
  /** The certificates of a pem source that holds nothing else. */
  certificates(from: string): Promise<ReadonlyArray<{ readonly der: Uint8Array<ArrayBuffer> }>>;
  /** One text of an inline source. `anew`: read again, since the one at hand did not serve. */
  text(reference: SecretReference, anew?: boolean): Promise<string>;
  /** A token of the edge's own; absent: no document asks for one. @throws FetchError */
  readonly token?: ClientTokenCode;
  /** Signs a request to an endpoint; absent: no document asks for it. @throws FetchError */
  readonly sign?: RequestSignatureCode;
}

/** The mechanism `encryptedKeys`: the PKCS#8 key in an encrypted one. Throws SecretProblem. */
export type EncryptedKeysCode = (
  der: Uint8Array<ArrayBuffer>,
  password: string,
  name: string,
) => Promise<Uint8Array<ArrayBuffer>>;

/** The mechanism `secretMapping`: the names and texts of a file of YAML. Throws SecretProblem. */
export type MappingCode = (text: string) => JsonObject;

/**
 * Secrets are parsed once: a platform starts a new instance when one changes.
 * @param decrypted for pem sources with a password
 * @param mapping for sources of type file
 */
export function createSecrets(
  sources: Configuration["secrets"],
  read: Runtime["secret"],
  decrypted?: EncryptedKeysCode,
  mapping?: MappingCode,
): Secrets {
  const texts = once(sources, read, (source, held) => textsOf(source, held, mapping));
  const text: Secrets["text"] = async (reference, anew) =>
    select(await texts(reference, anew), reference).text;
  const decrypt = ({ password }: SecretSource): Decrypt | undefined =>
    // Keys are parsed once, or did not serve before: the password may have been put right.
    password &&
    decrypted &&
    (async (der, name) => decrypted(der, await text(password, true), name));
  return {
    symmetricKeys: once(sources, read, symmetricKeysOf),
    signingKeys: once(sources, read, (source, held) =>
      signingKeysOf(source, held, decrypt(source)),
    ),
    certificates: once(sources, read, certificatesOf),
    text,
  };
}

/**
 * The key that a reference means: the one of that kid, or the only one there is.
 * Throws a Fault that lists the kids.
 */
export function select<Key extends { readonly kid: string }>(
  keys: readonly Key[],
  reference: SecretReference,
): Key {
  const found = chosen(keys, reference);
  const { source, selector } = reference;
  if (found) return found;
  if (keys.length === 0) throw new Fault(`The secret source "${source}" holds nothing.`);
  const kids = keys.map((key) => JSON.stringify(key.kid)).join(", ");
  throw new Fault(
    selector === undefined
      ? `The secret source "${source}" holds several: add a selector, one of ${kids}.`
      : `The secret source "${source}" holds no "${selector}": the selector must be one of ${kids}.`,
  );
}

function chosen<Key extends { readonly kid: string }>(
  keys: readonly Key[],
  { selector }: SecretReference,
): Key | undefined {
  if (selector !== undefined) return keys.find((key) => key.kid === selector);
  return keys.length === 1 ? keys[0] : undefined;
}

// Values are kept, not promises: in a Worker no request may wait for another request's promise.
function once<Key extends { readonly kid: string }>(
  sources: Configuration["secrets"],
  read: Runtime["secret"],
  parse: (source: SecretSource, text: string) => readonly Key[] | Promise<readonly Key[]>,
): (from: string | SecretReference, anew?: boolean) => Promise<readonly Key[]> {
  const known = new Map<string, readonly Key[]>();
  return async (from, anew = false) => {
    const reference = typeof from === "string" ? undefined : from;
    const name = typeof from === "string" ? from : from.source;
    const serves = (keys: readonly Key[]) =>
      reference === undefined || chosen(keys, reference) !== undefined;
    const before = anew ? undefined : known.get(name);
    if (before !== undefined && serves(before)) return before;
    const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
    if (source === undefined) throw new Fault(`There is no secret source "${name}".`);
    try {
      const parsed = await parse(source, await textOf(source, read));
      if (serves(parsed)) known.set(name, parsed);
      return parsed;
    } catch (error) {
      // Only our own words: what others throw may quote the secret.
      const ours = error instanceof SecretProblem || error instanceof Fault;
      const problem = ours ? error.message.replace(/\.$/, "") : "it cannot be read";
      throw new Fault(`The secret source "${name}" (${describe(source)}): ${problem}.`);
    }
  };
}

function describe({ from }: SecretSource): string {
  if ("binding" in from) return `secret ${from.binding}`;
  return "path" in from ? `file ${from.path}` : "inline";
}

async function textOf({ from }: SecretSource, read: Runtime["secret"]): Promise<string> {
  if ("values" in from) return JSON.stringify(from.values);
  const text = await read(from);
  if (text === undefined || text.trim() === "") {
    throw new SecretProblem("there is no such secret, or it is empty");
  }
  return text;
}

function symmetricKeysOf({ kind }: SecretSource, text: string): readonly SymmetricKey[] {
  if (kind === "jwks") return jwksSymmetricKeys(text);
  throw new SecretProblem(`a master key must come from a source of type jwks, not ${kind}`);
}

async function signingKeysOf(
  { kind }: SecretSource,
  text: string,
  decrypt: Decrypt | undefined,
): Promise<readonly SigningKey[]> {
  if (kind === "jwks") return jwksSigningKeys(text);
  if (kind === "pem") return pemSigningKeys(text, decrypt);
  throw new SecretProblem("a signing key must come from a source of type pem or jwks, not inline");
}

function certificatesOf({ kind }: SecretSource, text: string) {
  if (kind === "pem") return pemCertificates(text);
  throw new SecretProblem(`trust anchors must come from a source of type pem, not ${kind}`);
}

/** Inline values by name; a secret that is no JSON object is one text without a name, or a mapping. */
function textsOf(
  { kind, mapping }: SecretSource,
  text: string,
  yaml: MappingCode | undefined,
): ReadonlyArray<{ kid: string; text: string }> {
  if (kind !== "inline")
    throw new SecretProblem(`a text must come from a source of type inline, not ${kind}`);
  if (!text.trimStart().startsWith("{"))
    return mapping && yaml ? namedTexts(yaml(text)) : [{ kid: "", text }];
  const values = parseJson(text);
  if (!isJsonObject(values)) {
    throw new SecretProblem(
      "it begins like a JSON object and is none; a text must not begin with {",
    );
  }
  return namedTexts(values);
}

function namedTexts(values: JsonObject): ReadonlyArray<{ kid: string; text: string }> {
  return Object.entries(values).flatMap(([kid, value]) => {
    if (typeof value === "string") return [{ kid, text: value }];
    if (!isJsonObject(value)) throw new SecretProblem(`the value of "${kid}" is not text`);
    return membersOf(kid, value);
  });
}

/** A user and a password, or the like: each goes by the entry's name and its own. */
function membersOf(entry: string, members: JsonObject) {
  return Object.entries(members).map(([name, text]) => {
    const kid = `${entry}/${name}`;
    if (typeof text === "string") return { kid, text };
    throw new SecretProblem(`the value of "${kid}" is not text`);
  });
}
