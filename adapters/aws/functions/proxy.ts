import configuration from "#documents";
import { createProxyHandler } from "../proxy-handler.ts";

export const handler = createProxyHandler(configuration);
