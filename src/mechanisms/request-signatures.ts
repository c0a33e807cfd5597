export { createRequestSignatures as requestSignatures } from "../token/request-signature.ts";
