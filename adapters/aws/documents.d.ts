/** The compiled configuration: build/documents.js, written by `dpop-edge compile`. */
declare module "#documents" {
  const configuration: import("../../src/configuration.ts").Configuration;
  export default configuration;
}
