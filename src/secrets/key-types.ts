// The object identifiers of keys, in hexadecimal: RFC 3279 section 2.3, RFC 5480, RFC 8410.
export const rsa = "2a864886f70d010101";
export const ec = "2a8648ce3d0201";
export const ed25519 = "2b6570";
export const namedCurves: ReadonlyMap<string, string> = new Map([
  ["2a8648ce3d030107", "P-256"],
  ["2b81040022", "P-384"],
  ["2b81040023", "P-521"],
]);
