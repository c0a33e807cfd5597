export type SecretKind = "jwks" | "pem" | "inline";
export type SecretOrigin = { readonly binding: string } | { readonly path: string };
export interface SecretSource {
  readonly kind: SecretKind;
  /** Where the text is read when the runtime starts; a secret is never part of this object. */
  readonly from: SecretOrigin | { readonly values: Readonly<Record<string, string>> };
  /** A file of texts by name, as YAML or JSON. */
  readonly mapping?: true;
  /** Of the encrypted keys of a pem source: a text of an inline source. */
  readonly password?: SecretReference;
}
export interface SecretReference {
  readonly source: string;
  /** The kid (jwks, pem) or the name (inline); absent where the source holds one. */
  readonly selector?: string;
}
