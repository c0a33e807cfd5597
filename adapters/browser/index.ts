// The package's export "dpop-edge/client/browser": what keeps a client's key and nonces in a browser.
export type {} from "../../src/web-names.ts";
export { type IndexedDbOptions, indexedDbKeyStore } from "./key-store.ts";
export { tabNonces } from "./tab-nonces.ts";
export { indexedDbTokenStore } from "./token-store.ts";
