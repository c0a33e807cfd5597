export { createKeyCertificates as keyCertificates } from "../x509/key-certificates.ts";
