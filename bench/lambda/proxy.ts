import configuration from "#documents";
import { createProxyHandler } from "../../adapters/aws/proxy-handler.ts";

// As adapters/aws/functions has it, but not yet warm: that is timed by itself.
export const handler = createProxyHandler(configuration);
