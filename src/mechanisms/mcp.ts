export { createGateway as mcp } from "../mcp/gateway.ts";
