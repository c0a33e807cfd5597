import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packaged, root } from "./template.ts";

test("a document error stops the packaging with the message that it has everywhere", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dpop-edge-aws-"));
  try {
    await cp(join(root, "config"), folder, { recursive: true });
    const file = join(folder, "mechanisms.yaml");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("replay_allowed", "replay_alowed"));
    const stopped = await packaged("serverless.yml", "build/aws/wrong", {
      DPOP_EDGE_CONFIG: folder,
    }).catch((error: { stderr: string; stdout: string }) => error.stderr + error.stdout);
    expect(stopped).toMatch(/mechanisms\.yaml:\d+:\d+.*replay_alowed/);
    expect(stopped).toContain("The documents are wrong (see above): nothing was packaged.");
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);
