// The package's export "dpop-edge/testing/node": two documents, running, for tests on Node.
export { startTestEdge, type TestEdge, type TestEdgeOptions } from "./test-edge.ts";
