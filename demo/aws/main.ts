import { fileURLToPath } from "node:url";
import { carryOut, type Outcome } from "../attack.ts";
import { attacks } from "../attacks.ts";
import { gatherLoot } from "../loot.ts";
import { createNarrator, type Narrator } from "../narrator.ts";
import { type Demo, perform } from "../perform.ts";
import { keepingSignals } from "../signal.ts";
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

const usage = `Usage: npm run demo:aws -- [flags]

The flow and the attacks on emulated AWS: the routes of serverless.yml, the bundles that would be
deployed, and the table of used proofs. Ends with 1 if an attack is not caught or something honest
is refused.

  --json   print one JSON object in place of the narration
  --help   this

Example: npm run demo:aws
`;

const run: Demo["run"] = async ({ stops, paint, write }) => {
  const narrator = createNarrator(write, paint, process.stdout.columns);
  narrator.heading("dpop-edge on AWS, emulated");
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
  return { steps, attacks: outcomes, ok: honest && caught === outcomes.length };
};
process.exitCode = await perform(process.argv.slice(2), { usage, run });

function tellStage(stage: AwsStage, narrator: Narrator): void {
  narrator.pairs([
    ["issuer", stage.issuer.url, "oidc-provider, DPoP with nonces"],
    ["API", stage.origin, "the routes of serverless.yml, with its gateway responses"],
    ["functions", stage.emulator, "the bundles that would be deployed, under serverless-offline"],
    ["table", stage.dynamo, "dynalite"],
  ]);
  narrator.line("");
  for (const text of emulation) narrator.line(text);
}
