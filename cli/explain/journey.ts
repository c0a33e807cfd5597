import { normalise } from "../../src/dpop/htu.ts";
import { isNonceChallenge } from "./answer.ts";
import { isCause, type Pitfall, type PitfallId, pitfallsOf } from "./pitfalls.ts";
import type { Explained } from "./walk.ts";

interface Step extends Explained {
  readonly index: number;
}

/** The pitfalls of several requests of one client, in the order in which they were sent. */
export function pitfallsOfAll(all: readonly Explained[]): Pitfall[] {
  const steps = all.map((explained, index) => ({ ...explained, index }));
  const across = [
    ...keyPerRequest(steps),
    ...steps.flatMap((step) => repeated(step, steps)),
    ...steps.flatMap((step) => redirected(step, steps)),
    ...steps.flatMap((step) => ignoredNonce(step, steps)),
    ...coldStart(steps),
  ];
  const single = steps.flatMap((step) => pitfallsOf(step, step.index));
  const found = [...across, ...single.filter((pitfall) => !isExplainedBy(across, pitfall))];
  return found.filter(({ pitfall, requests }) =>
    requests.some((index) => isCause(pitfall, all[index]?.refused)),
  );
}

/** What the journey says better than one request could. */
const betterNames: Readonly<Partial<Record<PitfallId, readonly PitfallId[]>>> = {
  "key.other-than-token": ["key.per-request"],
  "request.other": ["redirect.followed"],
  "clock.off": ["proof.reused", "proof.retried"],
};

function isExplainedBy(across: readonly Pitfall[], { pitfall, requests }: Pitfall): boolean {
  const better = betterNames[pitfall] ?? [];
  return across.some(
    (other) =>
      better.includes(other.pitfall) && requests.every((each) => other.requests.includes(each)),
  );
}

/** One token, several keys: at most one of them can be the token's. */
function keyPerRequest(steps: readonly Step[]): Pitfall[] {
  const byToken = Map.groupBy(
    steps.filter(({ kind, proof }) => kind === "call" && proof.jkt !== undefined),
    ({ request }) => request.headers.get("Authorization"),
  );
  return [...byToken.values()].flatMap((calls) => {
    const keys = new Set(calls.map(({ proof }) => proof.jkt)).size;
    if (keys < 2) return [];
    const because = `${calls.length} calls with one token are signed by ${keys} keys`;
    return [
      { pitfall: "key.per-request" as const, requests: calls.map(({ index }) => index), because },
    ];
  });
}

/** The same key and jti again: what was between the two says who did it. */
function repeated(step: Step, steps: readonly Step[]): Pitfall[] {
  const { jkt, jti } = step.proof;
  const first = steps.find(
    (other) => other.index < step.index && other.proof.jti === jti && other.proof.jkt === jkt,
  );
  if (first === undefined || jti === undefined || jkt === undefined) return [];
  if (leadsTo(first, step)) return [];
  const { answer } = first.request;
  const lost = answer !== undefined && (answer.status === 0 || answer.status >= 500);
  const same =
    first.request.method === step.request.method && first.request.url === step.request.url;
  const requests = [first.index, step.index];
  return lost && same
    ? [
        {
          pitfall: "proof.retried",
          requests,
          because: `the first got ${answer.status || "no answer"}, and the same proof was sent again`,
        },
      ]
    : [{ pitfall: "proof.reused", requests, because: "both carry one jti by one key" }];
}

function redirected(step: Step, steps: readonly Step[]): Pitfall[] {
  const first = steps.find((other) => other.index < step.index && leadsTo(other, step));
  if (first === undefined || step.proof.htu !== normalise(first.request.url)) return [];
  return [
    {
      pitfall: "redirect.followed",
      requests: [first.index, step.index],
      because: `the answer ${first.request.answer?.status} led to another URL than htu names`,
    },
  ];
}

/** Whether the answer to `first` redirects to what `next` asks. */
function leadsTo({ request }: Step, next: Step): boolean {
  const { answer, url } = request;
  const location = answer?.headers.get("Location");
  if (answer === undefined || answer.status < 300 || answer.status > 399 || !location) return false;
  if (!URL.canParse(location, url)) return false;
  return normalise(new URL(location, url).href) === normalise(next.request.url);
}

/** Challenged although an answer that had come by then carried a nonce that was not used. */
function ignoredNonce(step: Step, steps: readonly Step[]): Pitfall[] {
  if (!isChallenged(step)) return [];
  const offered = steps.filter(
    (other) =>
      other.index !== step.index &&
      originOf(other) === originOf(step) &&
      other.request.answer?.headers.has("DPoP-Nonce") &&
      (other.request.endedAt ?? 0) <= (step.request.sentAt ?? 0) &&
      other.index < step.index,
  );
  const latest = offered.at(-1);
  if (latest === undefined || step.proof.nonce === latest.request.answer?.headers.get("DPoP-Nonce"))
    return [];
  const because = "an earlier answer carried a nonce, and the next proof did not";
  return [{ pitfall: "nonce.ignored", requests: [latest.index, step.index], because }];
}

/** Several that were under way at once, all challenged, and none had a nonce to send. */
function coldStart(steps: readonly Step[]): Pitfall[] {
  const cold = steps.filter((step) => isChallenged(step) && step.proof.nonce === undefined);
  const parallel = cold.filter((step) =>
    cold.some(
      (other) => other !== step && originOf(other) === originOf(step) && overlap(step, other),
    ),
  );
  if (parallel.length < 2) return [];
  const because = `${parallel.length} requests under way at once were each challenged`;
  return [
    { pitfall: "cold-start.parallel", requests: parallel.map(({ index }) => index), because },
  ];
}

function overlap({ request: a }: Step, { request: b }: Step): boolean {
  if (a.sentAt === undefined || b.sentAt === undefined) return false;
  return a.sentAt < (b.endedAt ?? b.sentAt) && b.sentAt < (a.endedAt ?? a.sentAt);
}

function isChallenged({ request: { answer } }: Step): boolean {
  return answer !== undefined && isNonceChallenge(answer);
}

function originOf({ request: { url } }: Step): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
