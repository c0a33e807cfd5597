// What is deployed where the documents have serve.revocation: the Worker, and the object of its list.
export { RevocationList } from "./revocation-list.ts";
export { default, ReplayShard } from "./worker.ts";
