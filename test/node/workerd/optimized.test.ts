import { expect, test } from "vitest";
import { here, startEdge } from "../../../bench/edge.ts";
import { caseNamed } from "../../../bench/ladder.ts";
import { load } from "../../../bench/load.ts";
import { startOrigin } from "../../../bench/origin.ts";

test("who rides on another request's claim is answered also once V8 has optimized the waiting line", async () => {
  const { mode, requests } = caseNamed("+ replay, generation");
  const origin = await startOrigin();
  // What else takes tens of thousands of requests.
  const v8Flags = ["--no-maglev", "--invocation-count-for-turbofan=100"];
  const edge = await startEdge({ origin, mode, clients: 32, tree: here, v8Flags });
  try {
    await edge.refreshNonces();
    const { statuses } = await load(edge.workerd.port, requests(edge, 3000), 32);
    expect([...statuses]).toEqual([[200, 3000]]);
  } finally {
    await edge.workerd.stop();
    origin.stop();
  }
});
