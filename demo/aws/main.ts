import { fileURLToPath } from "node:url";
import { carryOut, type Outcome } from "../attack.ts";
import { attacks } from "../attacks.ts";
import { gatherLoot } from "../loot.ts";
import { createNarrator, type Narrator } from "../narrator.ts";
import { createPaint } from "../paint.ts";
import { interrupted, keepingSignals } from "../signal.ts";
import { createStops, type Stops } from "../stops.ts";
import { createThief } from "../thief.ts";
import type { Step } from "../walk.ts";
import { type AwsStage, openAwsStage } from "./stage.ts";
import { walk } from "./walk.ts";

const shipped = fileURLToPath(new URL("../../config", import.meta.url));

/** Attacks on what this stage does not have: an upstream with an address, a path that is not routed. */
const absent = ["unmatched path", "upstream without a token", "upstream, forged token"];

const emulation = [
  "What this is not: AWS. serverless-offline emulates API Gateway and Lambda, dynalite DynamoDB.",
  "The emulator has no gateway responses: they are made here, from adapters/aws/gateway-responses.yml.",
  "It writes the route's pattern into the policy's ARN, and a version into the event: both are put right.",
  "It does not rename or strip headers, has no stages' domains, no IAM, no cold starts and no result cache.",
  "dynalite's conditional writes are exact; its TTL deletes nothing.",
];

process.exitCode = await perform();

/** 0: all as it must be. 1: not. 130 or 143: interrupted before the end. */
async function perform(): Promise<number> {
  const signal = interrupted();
  const stops = createStops();
  try {
    const ended = await Promise.race([run(stops), signal]);
    return "code" in ended ? ended.code : ended.ok ? 0 : 1;
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await stops.all();
  }
}

async function run(stops: Stops): Promise<{ readonly ok: boolean }> {
  const paint = createPaint(process.stdout.isTTY, process.env);
  const narrator = createNarrator((text) => void process.stdout.write(text), paint);
  const stage = await keepingSignals(() => openAwsStage(shipped, stops));
  tellStage(stage, narrator);

  const steps: Step[] = [];
  narrator.heading("The flow, by openid-client as it comes");
  const session = await walk(stage, (step) => {
    steps.push(step);
    narrator.step(step);
  });

  narrator.heading("The attacks, each sent for real");
  const thief = await createThief(await gatherLoot(stage, session));
  const outcomes: Outcome[] = [];
  for (const attack of attacks) {
    if (!absent.includes(attack.name)) outcomes.push(await carryOut(attack, thief));
  }
  narrator.outcomes(outcomes);

  const caught = outcomes.filter((outcome) => outcome.caught).length;
  const honest = steps.every(({ ok }) => ok);
  const flow = honest ? "Everything honest passed" : "Something honest did NOT go as it must";
  narrator.heading(`${flow}; ${caught} of ${outcomes.length} attacks caught.`);
  return { ok: honest && caught === outcomes.length };
}

function tellStage(stage: AwsStage, narrator: Narrator): void {
  narrator.heading("dpop-edge on AWS, emulated");
  narrator.pairs([
    ["issuer", stage.issuer.url, "oidc-provider, DPoP with nonces"],
    ["API", stage.origin, "the routes of serverless.yml, with its gateway responses"],
    ["functions", stage.emulator, "the bundles that would be deployed, under serverless-offline"],
    ["table", stage.dynamo, "dynalite"],
  ]);
  narrator.line("");
  for (const text of emulation) narrator.line(text);
}
