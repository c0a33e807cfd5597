import type { DecisionEvent } from "../../src/event.ts";
import { member } from "../answer.ts";
import { type Echo, parseEcho } from "../echo.ts";
import type { Sent } from "../sent.ts";

export type Peer = "issuer" | "edge" | "upstream";

/** One exchange of the flow, and what has been learned of it since. */
export interface Step {
  readonly peer: Peer;
  readonly sent: Sent;
  /** In the flow's own words: what this one is. */
  readonly title: string;
  /** One sentence for whoever sees it for the first time. */
  readonly says: string;
  readonly tone: "passed" | "challenged" | "refused";
  readonly echo?: Echo;
  /** Parameters of an authorization request, which is a page load and no fetch. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Of an attack: how many requests it made, and what was answered to them. */
  readonly attack?: { readonly requests: number; readonly statuses: string };
  event?: DecisionEvent;
}

/** `again`: the one before it was challenged, and this is the client's retry. */
export function stepOf(sent: Sent, peer: "issuer" | "edge", again: boolean): Step {
  const passed = sent.status >= 200 && sent.status < 300;
  const challenged = refusalOf(sent) === "use_dpop_nonce";
  const tone = passed ? "passed" : challenged ? "challenged" : "refused";
  const echo = peer === "edge" && passed ? parseEcho(sent.body) : undefined;
  return {
    peer,
    sent,
    title: titles[peer][tone],
    says: sentence(peer, tone, again),
    tone,
    ...(echo === undefined ? {} : { echo }),
  };
}

const titles = {
  issuer: { passed: "Token, bound to the key", challenged: "Challenge", refused: "Refused" },
  edge: { passed: "Call", challenged: "Challenge", refused: "Refused" },
} as const;

function sentence(peer: "issuer" | "edge", tone: Step["tone"], again: boolean): string {
  const server = peer === "issuer" ? "The issuer" : "The edge";
  if (tone === "refused") return `${server} refuses, and says why.`;
  if (tone === "challenged") {
    return `${server} wants a proof of this moment and gives a nonce. The client will ask once more, with a new proof.`;
  }
  if (peer === "issuer") {
    return "A proof, and no access token: the issuer writes the key's thumbprint into the one that it gives, as cnf.jkt.";
  }
  return again
    ? "The retry: a new proof with the nonce. The edge checks it, takes token and proof away, and tells the upstream who is calling."
    : "No challenge: the client kept the nonce. A new proof all the same, since each is good once.";
}

/** The challenge's error at the edge, the body's at the issuer. */
export function refusalOf(sent: Sent): string | undefined {
  return /error="([^"]+)"/.exec(sent.challenge ?? "")?.[1] ?? member(sent.body, "error");
}
