import { carryOut, type Outcome } from "./attack.ts";
import { attacks } from "./attacks.ts";
import type { Session } from "./client.ts";
import { gatherLoot } from "./loot.ts";
import type { Narrator } from "./narrator.ts";
import type { Stage } from "./stage.ts";
import { createThief, type Thief } from "./thief.ts";
import { type Step, walk } from "./walk.ts";

export interface Report {
  readonly steps: readonly Step[];
  readonly attacks: readonly Outcome[];
  /** Everything honest passed and every attack was caught. */
  readonly ok: boolean;
}

export interface Performance {
  readonly report: Report;
  readonly session: Session;
}

/** The honest flow, then every attack, each for real. */
export async function play(stage: Stage, narrator: Narrator): Promise<Performance> {
  const steps: Step[] = [];
  const tell = (step: Step) => {
    steps.push(step);
    narrator.step(step);
  };
  narrator.heading("The flow, by openid-client as it comes");
  const session = await walk(stage, tell);
  const thief = await createThief(await gatherLoot(stage, session));
  tell(await control(thief));

  narrator.heading("The attacks, each sent for real");
  const outcomes: Outcome[] = [];
  for (const attack of attacks) outcomes.push(await carryOut(attack, thief));
  narrator.outcomes(outcomes);
  const ok = steps.every((step) => step.ok) && outcomes.every(({ caught }) => caught);
  return { report: { steps, attacks: outcomes, ok }, session };
}

/** Without it a thief whose every proof is broken would look caught. */
async function control(thief: Thief): Promise<Step> {
  const { status } = await thief.present(await thief.proof());
  return {
    name: "control",
    text: `a proof by the attacks' own maker, nothing wrong in it: ${status}`,
    ok: status === 200,
  };
}
