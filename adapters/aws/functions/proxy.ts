import configuration from "#documents";
import { createProxyHandler } from "../proxy-handler.ts";

export const handler = createProxyHandler(configuration);

// Still a part of Lambda's init, which has a whole CPU.
await handler.warmUp();
