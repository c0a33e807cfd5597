export { createRequestSignatures as requestSignatures } from "../message-signature/sign.ts";
