import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { createDpopClient } from "../../../src/client/index.ts";

/** A server that takes each of its nonces once; `riding`: a new one comes with a success too. */
function oneTimeServer(riding: boolean) {
  const open = new Set<string>();
  let made = 0;
  const fresh = () => {
    made += 1;
    open.add(`nonce-${made}`);
    return `nonce-${made}`;
  };
  const seen: number[] = [];
  return {
    seen,
    fetch: async (_: string, init: RequestInit) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      const { nonce } = decodeJwt(new Headers(init.headers).get("DPoP") ?? "");
      const good = typeof nonce === "string" && open.delete(nonce);
      seen.push(good ? 200 : 401);
      if (good) return new Response("ok", riding ? { headers: { "DPoP-Nonce": fresh() } } : {});
      const challenge = 'DPoP error="use_dpop_nonce"';
      const headers = { "WWW-Authenticate": challenge, "DPoP-Nonce": fresh() };
      return new Response(null, { status: 401, headers });
    },
  };
}

describe("a server that takes each nonce once", () => {
  test.each([
    [1, false],
    [2, false],
    [5, true],
    [40, false],
    [40, true],
  ])("%i parallel calls all pass, a nonce on each success: %s", async (count, riding) => {
    const server = oneTimeServer(riding);
    const client = createDpopClient({ ...server, token: "t", origins: ["https://a.example"] });
    const call = async () => (await client.fetch("https://a.example/")).status;
    for (let round = 0; round < 3; round += 1) {
      const statuses = await Promise.all(Array.from({ length: count }, call));
      expect(new Set(statuses)).toEqual(new Set([200]));
    }
    expect(server.seen.length).toBeLessThanOrEqual(3 * 3 * count);
  });
});
