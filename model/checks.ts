/** One question to the checker, and the answer that we expect. */
export interface Check {
  /** Without spaces: what --trace takes, and what docs/replay-model.md calls it. */
  readonly name: string;
  readonly model: "generation" | "durable" | "routing" | "client";
  /** The switches of the model, as in its #ifdefs; with `=` a number. */
  readonly switches: readonly string[];
  /** holds: in every state that can be reached; the others: a shortest trace shows it. */
  readonly expected: Verdict;
  /**
   * protocol: what we build. mutant: the protocol with one thing wrong. limit: what it does not
   * promise, shown. witness: something good that must be reachable, denied, so that "holds" is not empty.
   */
  readonly kind: "protocol" | "mutant" | "limit" | "witness";
  /** Takes minutes; left out of the short version. */
  readonly long?: true;
}

/** never: a client that retries for ever is never served. broken: any other assertion. */
export type Verdict = "holds" | "twice" | "never" | "broken";

const small = ["INSTANCES=3", "SECONDS=1"];

function generation(name: string, rest: Partial<Check> & { with?: readonly string[] } = {}): Check {
  const { with: switches = [], ...others } = rest;
  return {
    name,
    model: "generation",
    switches: [...small, ...switches],
    expected: "holds",
    kind: "protocol",
    ...others,
  };
}

function mutant(model: Check["model"], name: string, ...needed: readonly string[]): Check {
  const switches = [
    ...(model === "generation" ? small : []),
    ...needed,
    `MUTANT_${name.toUpperCase().replaceAll("-", "_")}`,
  ];
  return {
    name,
    model,
    switches,
    kind: "mutant",
    expected: model === "client" ? "never" : "twice",
  };
}

const limit = { kind: "limit", expected: "twice" } as const;

export const checks: readonly Check[] = [
  generation("generation"),
  generation("generation-3-instances-2-seconds", { switches: ["INSTANCES=3", "SECONDS=2"] }),
  generation("generation-3-instances-3-seconds", {
    switches: ["INSTANCES=3", "SECONDS=3"],
    long: true,
  }),
  generation("generation-2-instances-6-seconds", {
    switches: ["INSTANCES=2", "SECONDS=6"],
    long: true,
  }),
  generation("generation-4-instances", { switches: ["INSTANCES=4", "SECONDS=1"], long: true }),
  generation("both-modes-at-once", { with: ["BOTH_MODES"] }),
  generation("no-random-bits", { with: ["WITHOUT_RANDOM_BITS"] }),
  generation("generation-not-awaited", { with: ["GENERATION_NOT_AWAITED"] }),
  generation("storage-deleted-nonces-required", { with: ["STORAGE_LOST", "NONCES_REQUIRED"] }),
  generation("storage-deleted-clocks-agree", { with: ["STORAGE_LOST", "CLOCKS_AGREE"] }),
  generation("served-after-a-restart", {
    with: ["WITNESS_AFTER_A_RESTART"],
    kind: "witness",
    expected: "broken",
  }),
  mutant("generation", "no-generation-check"),
  mutant("generation", "unordered-generations"),
  mutant("generation", "no-bound"),
  mutant("generation", "relied-before-durable"),
  mutant("generation", "new-bound-not-written"),
  mutant("generation", "shrinks-below-found"),
  mutant("generation", "shrinks-below-accepted"),
  mutant("generation", "raise-follows-the-clock-down"),
  mutant("generation", "raise-overtaken"),
  mutant("generation", "gives-back-on-disk-only"),
  mutant("generation", "superseded-writes"),
  mutant("generation", "judged-before-the-wait"),
  mutant("generation", "forgets-above-the-floor"),
  mutant("generation", "floor-falls"),
  mutant("generation", "no-identity", "STORAGE_LOST", "NONCES_REQUIRED"),
  mutant("generation", "found-without-the-reach", "STORAGE_LOST", "CLOCKS_AGREE"),
  mutant("generation", "modes-apart", "BOTH_MODES"),
  generation("no-bits-and-not-awaited", {
    with: ["WITHOUT_RANDOM_BITS", "GENERATION_NOT_AWAITED"],
    kind: "mutant",
    expected: "twice",
  }),
  generation("storage-deleted-clocks-unrelated", { with: ["STORAGE_LOST", "NO_NONCES"], ...limit }),
  generation("disk-set-back", {
    switches: ["INSTANCES=2", "SECONDS=1", "DISK_SET_BACK", "NONCES_REQUIRED"],
    ...limit,
  }),

  { name: "durable", model: "durable", switches: [], expected: "holds", kind: "protocol" },
  mutant("durable", "get-then-set"),
  mutant("durable", "answered-before-durable"),
  mutant("durable", "forgets-above-the-floor"),
  mutant("durable", "floor-falls"),
  mutant("durable", "floor-lost-with-its-bucket"),

  { name: "routing", model: "routing", switches: [], expected: "holds", kind: "protocol" },
  {
    name: "first-master-key-durable-first",
    model: "routing",
    switches: ["FIRST_MASTER_KEY", "DURABLE_FIRST"],
    expected: "holds",
    kind: "protocol",
  },
  mutant("routing", "forgets-an-old-nonce"),
  mutant("routing", "unknown-nonce-taken-for-none"),
  mutant("routing", "routed-by-the-clients-region"),
  mutant("routing", "spread-by-a-setting"),
  mutant("routing", "named-by-a-number-among-n"),
  { name: "first-master-key-at-once", model: "routing", switches: ["FIRST_MASTER_KEY"], ...limit },

  ...["", "NONCES_REQUIRED"].map((nonces): Check => {
    const name = nonces === "" ? "client" : "client-nonces-required";
    const switches = nonces === "" ? [] : [nonces];
    return { name, model: "client", switches, expected: "holds", kind: "protocol" };
  }),
  {
    name: "client-4-instances",
    model: "client",
    switches: ["INSTANCES=4"],
    expected: "holds",
    kind: "protocol",
    long: true,
  },
  {
    name: "one-challenge-and-one-a-restart",
    model: "client",
    switches: ["ONE_AT_A_TIME", "INSTANCES=3", "MOST_CHALLENGES=3"],
    expected: "holds",
    kind: "protocol",
  },
  {
    name: "fewer-challenges",
    model: "client",
    switches: ["ONE_AT_A_TIME", "INSTANCES=3", "MOST_CHALLENGES=2"],
    expected: "broken",
    kind: "witness",
  },
  mutant("client", "no-raise-for-a-claim"),
  mutant("client", "superseded-lives-on"),
  mutant("client", "challenge-of-a-dead-generation"),
];

/** By name; a name that two models share is `model/name`. */
export function find(name: string): Check | undefined {
  return checks.find((check) => check.name === name || `${check.model}/${check.name}` === name);
}
