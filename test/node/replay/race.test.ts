import { afterAll, expect, test } from "vitest";
import { logIn } from "../../../demo/client.ts";
import { generateKeys } from "../../../demo/keys.ts";
import { gatherLoot } from "../../../demo/loot.ts";
import { openStage } from "../../../demo/stage.ts";
import { createStops } from "../../../demo/stops.ts";
import { createThief } from "../../../demo/thief.ts";
import { member } from "../../../demo/wire.ts";
import { configure } from "../end-to-end/documents.ts";

const stops = createStops();
afterAll(() => stops.all());

test("of 200 copies of one proof, sent at once, exactly one passes", async () => {
  const stage = await openStage({ configure }, stops);
  const { issuer, origin: resource } = stage;
  const session = await logIn({ issuer, resource, scope: "read", keys: await generateKeys() });
  const thief = await createThief(await gatherLoot(stage, session));
  for (let round = 0; round < 3; round += 1) {
    const copy = await thief.proof();
    const answers = await Promise.all(Array.from({ length: 200 }, () => thief.present(copy)));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(answers.length - refused.length).toBe(1);
    const codes = refused.map(({ status, body }) => `${status} ${member(body, "code")}`);
    expect(new Set(codes)).toEqual(new Set(["401 proof.replayed"]));
  }
});
