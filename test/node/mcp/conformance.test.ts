import { expect, test } from "vitest";
import { passesAsClient } from "./suite.ts";

// The whole suite is npm run conformance:mcp.
test.each(["auth/dpop", "auth/dpop-nonce", "auth/scope-step-up"])(
  "the public suite: %s, by an agent on dpop-edge/client",
  async (scenario) => {
    expect(await passesAsClient(scenario)).toBe(true);
  },
);
