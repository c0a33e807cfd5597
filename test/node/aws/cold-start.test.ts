import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { coldStart } from "../../../bench/lambda/cold-start.ts";
import { openLambdaStage } from "../../../bench/lambda/stage.ts";
import { bundleFunctions } from "../../../cli/bundle/functions.ts";

const entry = (name: string) =>
  fileURLToPath(new URL(`../../../bench/lambda/${name}.ts`, import.meta.url));

test("the first event of a new process passes, warmed up or not, with secrets in SSM", async () => {
  const stage = await openLambdaStage("config");
  const folder = await mkdtemp(join(tmpdir(), "dpop-edge-cold-"));
  try {
    const entries = { authorizer: entry("authorizer"), proxy: entry("proxy") };
    await bundleFunctions(stage.configuration, folder, entries);
    for (const warm of [true, false]) {
      const events = await stage.events();
      const start = (name: "authorizer" | "proxy") =>
        coldStart(
          { module: join(folder, `${name}.mjs`), warm, event: events[name] },
          stage.environment,
        );
      expect(await start("authorizer")).toMatchObject({
        first: { wall: expect.any(Number), cpu: expect.any(Number) },
        answer: { context: { sub: "alice", internalToken: expect.any(String) } },
      });
      expect((await start("proxy")).answer).toMatchObject({ statusCode: 200 });
    }
  } finally {
    await rm(folder, { recursive: true });
    await stage.stop();
  }
}, 30_000);
