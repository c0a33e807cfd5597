// The package's export "dpop-edge/client/node": what keeps a client's key on a server.
export type {} from "../../src/web-names.ts";
export { type FileOptions, fileKeyStore } from "./key-file.ts";
export { fileTokenStore } from "./token-file.ts";
