/**
 * RFC 7515 section 4.1.9: a `typ` as it is compared, in lower case and without the "application/"
 * that may be left out before a name without a slash.
 */
export function shortMediaType(typ: string): string {
  const lower = typ.toLowerCase();
  const subtype = lower.replace(/^application\//, "");
  return subtype.includes("/") ? lower : subtype;
}
