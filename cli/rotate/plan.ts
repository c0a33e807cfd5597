/** What changes, in this order; each step is complete once every instance runs it. */
export const steps = ["pin", "add", "select", "remove"] as const;
export type Step = (typeof steps)[number];

/** When each step was first known to be complete: seconds since the epoch. */
export type Done = Readonly<Partial<Record<Step, number>>>;

/** The ids of the keys that one instance showed; what cannot be seen is absent. */
export interface Look {
  readonly holds?: readonly string[];
  readonly selects?: readonly string[];
  /** Every use of the set selects its key by its id. */
  readonly named?: boolean;
}

/** Keys by their ids. */
export interface Standing {
  readonly from: string;
  readonly to: string;
  /** The set that is kept here, and what the documents here select; undefined: whichever there is. */
  readonly here: {
    readonly holds: readonly string[];
    readonly selects: ReadonlyArray<string | undefined>;
  };
  /** What the deployment shows, each time that it was looked at. */
  readonly looks: readonly Look[];
  readonly before: Before;
  /** Seconds since the epoch. */
  readonly now: number;
  readonly periods: Periods;
}

/** What was found out before. */
export interface Before {
  readonly done: Done;
  /** The step that was told last. */
  readonly told?: Step;
}

/** Seconds. */
export interface Periods {
  /** So long others keep the published keys. */
  readonly published: number;
  /** So long is good what the old key has made. */
  readonly made: number;
}

export type Next =
  | { readonly do: Step }
  /** Some instances have the step, some not yet. */
  | { readonly do: "settle"; readonly step: Step }
  | { readonly do: "wait"; readonly seconds: number; readonly until: "select" | "remove" }
  | { readonly do: "refuse"; readonly because: string }
  | { readonly do: "done" };

export interface Plan {
  readonly next: Next;
  readonly done: Done;
  /** Steps of which nothing can be seen from outside: they are done when somebody says so. */
  readonly unseen: readonly Step[];
}

/** Seconds until the last instance has taken over what was stored or deployed. */
export const settling = 60;

type State = "open" | "partly" | "complete";

/**
 * The one next step of a rotation, out of what is here and what the deployment shows. What is seen
 * counts; what nobody can see counts as `before` has it.
 */
export function plan(standing: Standing): Plan {
  const { before, now, looks } = standing;
  const done: Partial<Record<Step, number>> = {};
  const unseen: Step[] = [];
  const stateOf = (step: Step): State => {
    const seen = together(looks.map((look) => shows(step, look, standing)));
    const since = before.done[step];
    if (seen === undefined) unseen.push(step);
    const state = seen ?? (since === undefined ? "open" : "complete");
    if (state === "complete") done[step] = since ?? now;
    return state;
  };
  const states = {
    pin: stateOf("pin"),
    add: stateOf("add"),
    select: stateOf("select"),
    remove: stateOf("remove"),
  };
  return { next: nextOf(standing, states, done, unseen), done, unseen };
}

/** Whether an instance shows that the step is complete; undefined: it does not tell. */
function shows(step: Step, look: Look, { from, to, before }: Standing): boolean | undefined {
  const { holds, selects, named } = look;
  const signs = selects && selects.length > 0 && selects.every((kid) => kid === to);
  switch (step) {
    case "pin":
      return named;
    case "add":
      // Without the old key too soon is as good as not begun: both must be there.
      return (
        holds?.includes(to) && (holds.includes(from) || (signs ?? before.done.select !== undefined))
      );
    case "select":
      return signs;
    case "remove":
      return holds?.includes(to) && !holds.includes(from);
  }
}

function together(shown: ReadonlyArray<boolean | undefined>): State | undefined {
  const known = shown.filter((each) => each !== undefined);
  if (known.length === 0) return undefined;
  if (known.every(Boolean)) return "complete";
  return known.some(Boolean) ? "partly" : "open";
}

function nextOf(
  standing: Standing,
  states: Readonly<Record<Step, State>>,
  done: Done,
  unseen: readonly Step[],
): Next {
  const { from, to, here, before, periods } = standing;
  const strange = here.selects.find((kid) => ![from, to, undefined].includes(kid));
  if (strange !== undefined) {
    return refuse(`The documents here select ${strange}: that is neither ${from} nor ${to}.`);
  }
  const early = here.selects.includes(to);
  const unnamed = here.selects.includes(undefined);
  const selected = states.select !== "open" || !here.selects.includes(from);
  if (states.remove === "complete" && selected && !here.holds.includes(from)) {
    return { do: "done" };
  }
  if (states.add === "partly") return { do: "settle", step: "add" };
  if (states.add === "open") {
    if (early) {
      return refuse(
        `The documents here select ${to}, which no instance has yet: deployed like this, every request would end with 500. Select ${from} again until this command says otherwise.`,
      );
    }
    if (unnamed) return { do: "pin" };
    const deployed = unseen.includes("pin") ? before.told !== "pin" : states.pin === "complete";
    return { do: deployed || done.pin !== undefined ? "add" : "pin" };
  }
  if (!here.holds.includes(to)) {
    return refuse(`The set that is kept here has no ${to}: write the one there that is stored.`);
  }
  if (unnamed) return { do: "pin" };
  if (states.select === "partly") return { do: "settle", step: "select" };
  if (states.select === "open") {
    const seconds = left(done.add, settling + periods.published, standing.now);
    if (seconds === 0) return { do: "select" };
    if (early) {
      return refuse(
        `The documents here select ${to}, which not everybody knows yet: do not deploy them for ${seconds} s more. Select ${from} again until this command says otherwise.`,
      );
    }
    return { do: "wait", seconds, until: "select" };
  }
  if (here.selects.some((kid) => kid !== to)) {
    return refuse(
      `The deployment selects ${to}, and the documents here ${from}: take the ones that are deployed, or a deployment from here goes back.`,
    );
  }
  if (states.remove === "partly") return { do: "settle", step: "remove" };
  const seconds = left(done.select, settling + periods.made, standing.now);
  if (seconds === 0 || states.remove === "complete") return { do: "remove" };
  return { do: "wait", seconds, until: "remove" };
}

function refuse(because: string): Next {
  return { do: "refuse", because };
}

function left(since: number | undefined, length: number, now: number): number {
  return since === undefined ? length : Math.max(0, Math.ceil(since + length - now));
}
