export { revocation } from "../revocation/revocation.ts";
