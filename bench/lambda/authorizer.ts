import configuration from "#documents";
import { createAuthorizerHandler } from "../../adapters/aws/authorizer-handler.ts";

// As adapters/aws/functions has it, but not yet warm: that is timed by itself.
export const handler = createAuthorizerHandler(configuration);
