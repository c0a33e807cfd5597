import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { looksAt } from "../../../cli/rotate/looks.ts";
import { type Before, type Next, plan, type Step } from "../../../cli/rotate/plan.ts";
import { type Kind, subjectOf } from "../../../cli/rotate/subject.ts";
import { sentence, waiting } from "../../../cli/rotate/words.ts";
import { origin } from "../../core/authorizer/world.ts";
import { root } from "../cli/run-cli.ts";
import {
  type Deployed,
  first,
  fleet,
  k1,
  k2,
  monitor,
  pause,
  s1,
  s2,
  settingsOf,
} from "./fleet.ts";

// dpop-edge rotate, step by step as it says, on a fleet under traffic: nobody may notice.

const kinds = {
  "master-key": { from: "k1", to: "k2", both: { nonceKeys: [k1, k2] }, alone: { nonceKeys: [k2] } },
  "signing-key": {
    from: "s1",
    to: "s2",
    both: { signingKeys: [s1, s2] },
    alone: { signingKeys: [s2] },
  },
};

/** What a step makes of what is deployed, and of the documents and the set that are kept here. */
function after(step: Step, kind: Kind, deployed: Deployed): Deployed {
  const { both, alone, from, to } = kinds[kind];
  const selecting = (kid: string) =>
    kind === "master-key" ? { nonceKey: kid } : { signingKey: kid };
  switch (step) {
    case "pin":
      return { ...deployed, ...selecting(from) };
    case "add":
      return { ...deployed, ...both };
    case "select":
      return { ...deployed, ...selecting(to) };
    case "remove":
      return { ...deployed, ...alone };
  }
}

type Fleet = Awaited<ReturnType<typeof fleet>>;

/** The command's own looking and planning. */
async function ask(
  { page, issuer }: Fleet,
  kind: Kind,
  here: Deployed,
  before: Before,
  watched: boolean,
) {
  const { from, to } = kinds[kind];
  const subject = subjectOf(settingsOf(here), kind, undefined);
  const deployment = { origin, ...(watched ? { monitor } : {}) };
  const kept = kind === "master-key" ? here.nonceKeys : here.signingKeys;
  return plan({
    from,
    to,
    here: { holds: kept.map(({ kid }) => kid), selects: subject.selects },
    looks: await looksAt(deployment, subject, page),
    before,
    now: issuer.clock.seconds,
    periods: subject.periods,
  });
}

async function follow(world: Fleet, kind: Kind, begins: Deployed, watched: boolean) {
  const said: string[] = [];
  let here = begins;
  let before: Before = { done: {} };
  for (let turn = 0; turn < 30; turn += 1) {
    const { next, done } = await ask(world, kind, here, before, watched);
    said.push(next.do === "wait" ? `wait ${next.seconds}` : next.do);
    before = { done };
    if (next.do === "done") return said;
    if (next.do === "refuse") throw new Error(next.because);
    if (next.do === "wait") await world.pass(next.seconds);
    else if (next.do === "settle") await world.pass(pause);
    else {
      here = after(next.do, kind, here);
      await world.deploy(here);
      // As --apply does; what can be seen is looked at all the same.
      before = { done: { ...done, [next.do]: world.issuer.clock.seconds }, told: next.do };
    }
  }
  throw new Error(`no end: ${said.join(", ")}`);
}

test.each([true, false])("the master key, step by step; watched: %s", async (watched) => {
  const world = await fleet();
  await world.pass(60);
  const said = await follow(world, "master-key", first, watched);
  expect(said).toEqual(["add", "wait 60", "select", "wait 120", "remove", "done"]);
  await world.pass(60);
  expect(world.troubles).toEqual([]);
});

test.each([true, false])("the signing key, step by step; watched: %s", async (watched) => {
  const begins = { ...first, signingKey: undefined };
  const world = await fleet(begins);
  await world.pass(60);
  const said = await follow(world, "signing-key", begins, watched);
  expect(said).toEqual(["pin", "add", "wait 360", "select", "wait 120", "remove", "done"]);
  await world.pass(300);
  expect(world.troubles).toEqual([]);
});

const both = { ...first, signingKeys: [s1, s2], nonceKeys: [k1, k2] };
const selecting = { ...both, signingKey: "s2", nonceKey: "k2" };

/** What the command says at once, after the fleet has become so. */
async function said(kind: Kind, deployed: Deployed, here: Deployed, most?: number): Promise<Next> {
  const world = await fleet();
  await world.deploy(deployed, most);
  return (await ask(world, kind, here, { done: {} }, true)).next;
}

test.each<Kind>(["master-key", "signing-key"])("the wrong order is refused: %s", async (kind) => {
  // Documents that select what is stored nowhere, or what nobody knows yet.
  expect(await said(kind, first, { ...first, signingKey: "s2", nonceKey: "k2" })).toMatchObject({
    do: "refuse",
    because: expect.stringContaining("500"),
  });
  expect(await said(kind, both, selecting)).toMatchObject({
    do: "refuse",
    because: expect.stringContaining("do not deploy"),
  });
  // Documents that are older than the deployment's.
  expect(await said(kind, selecting, both)).toMatchObject({ do: "refuse" });
  // The old key was taken away too soon: it comes back, and nothing goes on without it.
  const alone = { ...both, signingKeys: [s2], nonceKeys: [k2] };
  expect(await said(kind, alone, both)).toEqual({ do: "add" });
});

test.each<Kind>(["master-key", "signing-key"])(
  "what only some instances have is waited for: %s",
  async (kind) => {
    expect(await said(kind, both, both, 2)).toEqual({ do: "settle", step: "add" });
    const world = await fleet(both);
    await world.deploy(selecting, 2);
    const { next } = await ask(world, kind, selecting, { done: { add: 0 } }, true);
    expect(next).toEqual({ do: "settle", step: "select" });
  },
);

test.each<Kind>(["master-key", "signing-key"])("the runbook says the same: %s", async (kind) => {
  const page = readFileSync(`${root}docs/runbooks/rotating-keys.md`, "utf8");
  const [, , section = ""] = page.split(new RegExp(`^## The ${kind.replace("-", " ")}(.*)$`, "m"));
  const listed = [...(section.split(/^## /m)[0] ?? "").matchAll(/^\d\. (.*)$/gm)];
  expect(listed.map(([, line]) => line)).toEqual([
    sentence("pin", kind),
    sentence("add", kind),
    waiting("select", kind),
    sentence("select", kind),
    waiting("remove", kind),
    sentence("remove", kind),
  ]);
});
