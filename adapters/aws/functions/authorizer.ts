import configuration from "#documents";
import { createAuthorizerHandler } from "../authorizer-handler.ts";

const httpResponses = process.env.HTTP_RESPONSES === "policy" ? "policy" : "simple";

export const handler = createAuthorizerHandler(configuration, { httpResponses });

// Still a part of Lambda's init, which has a whole CPU.
await handler.warmUp();
