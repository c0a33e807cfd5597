/** The compiled configuration: build/documents.js, written by `dpop-edge compile`. */
declare module "#documents" {
  const configuration: import("../../src/mechanisms.ts").Equipped;
  export default configuration;
}
