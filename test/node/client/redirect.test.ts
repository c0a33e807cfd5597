import { expect, test } from "vitest";
import { createDpopClient } from "../../../src/client/index.ts";
import { listen } from "../../../testing/loopback.ts";
import { proven, startEdge, startIssuer } from "../dev/world.ts";

test("a redirect of the service's is followed with a proof for where it leads", async () => {
  const issuer = await startIssuer();
  const service = await listen((request, response) => {
    if (request.url === "/api/old") response.writeHead(307, { Location: "/api/new" });
    response.end(request.url);
  });
  const edge = await startEdge(proven(service.host, issuer.jwks));
  try {
    const client = createDpopClient({
      origins: [edge.url],
      token: async () => issuer.accessToken((await client.key()).thumbprint),
    });
    const response = await client.fetch(`${edge.url}/api/old`);
    expect([response.status, await response.text()]).toEqual([200, "/api/new"]);
  } finally {
    await edge.stop();
    await service.stop();
    await issuer.stop();
  }
});
