import configuration from "#documents";
import { createKeysHandler } from "../keys-handler.ts";

export const handler = createKeysHandler(configuration);
