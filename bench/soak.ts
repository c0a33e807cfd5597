import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { type Edge, here, startEdge } from "./edge.ts";
import { answered, opened, wire } from "./load.ts";
import { type Client, proof, startOrigin } from "./origin.ts";

export interface SoakOptions {
  /** Until so many challenges were sent and so many requests allowed. */
  readonly each: number;
  /** Seconds after which it ends all the same. */
  readonly limit: number;
  readonly clients: number;
  readonly connections: number;
  /** Hears of the sample of each second. */
  readonly sampled?: (sample: Sample) => void;
}

export interface Sample {
  readonly seconds: number;
  /** MiB that workerd holds. */
  readonly memory: number;
  readonly requests: number;
}

export interface Soak {
  readonly challenges: number;
  readonly allowed: number;
  readonly requests: number;
  readonly seconds: number;
  readonly samples: readonly Sample[];
}

interface Answer {
  readonly status: number;
  readonly nonce: string | undefined;
  readonly challenge: boolean;
}

type Turn = "honest" | "cold" | "replay" | "forged nonce" | "bearer" | "garbage" | "nobody";

/**
 * Honest clients and attackers, mixed, against the Worker in raw workerd, its memory sampled each
 * second. Attackers: copies of a proof, forged nonces, stolen tokens, noise; cold clients hold no
 * nonce, so each is a challenge.
 */
export async function soak(options: SoakOptions): Promise<Soak> {
  const origin = await startOrigin();
  const edge = await startEdge({
    origin,
    mode: "generation",
    clients: options.clients,
    tree: here,
  });
  try {
    return await run(edge, options);
  } finally {
    await edge.workerd.stop();
    origin.stop();
  }
}

async function run(edge: Edge, { each, limit, connections, sampled }: SoakOptions): Promise<Soak> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const count = { challenges: 0, allowed: 0, requests: 0 };
  const samples: Sample[] = [];
  const sample = () => {
    const taken = { seconds: seconds(), memory: edge.workerd.memory(), requests: count.requests };
    samples.push(taken);
    sampled?.(taken);
  };
  sample();
  const timer = setInterval(sample, 1000);
  try {
    await Promise.all(Array.from({ length: connections }, (_, at) => drive(at)));
  } finally {
    clearInterval(timer);
  }
  sample();
  return { ...count, seconds: seconds(), samples };

  async function drive(at: number): Promise<void> {
    const socket = await opened(edge.workerd.port);
    let last: Buffer | undefined;
    const wanted = () => count.challenges < each || count.allowed < each;
    for (let turn = at; wanted() && seconds() < limit; turn += 1) {
      const client = edge.clients[turn % edge.clients.length];
      if (client === undefined) throw new Error("a soak needs clients");
      const kind = turnOf(turn, count.challenges < each, count.allowed < each);
      const request =
        kind === "replay" && last !== undefined ? last : requestOf(edge, client, kind);
      const answer = await exchange(socket, request);
      count.requests += 1;
      if (answer.challenge) count.challenges += 1;
      if (answer.status === 200) count.allowed += 1;
      if (kind !== "honest") {
        if (answer.status === 200) throw new Error(`an attacker passed: ${kind}`);
        continue;
      }
      if (answer.nonce !== undefined) client.nonce = answer.nonce;
      if (answer.status === 200) last = request;
    }
    socket.removeAllListeners("close").destroy();
  }
}

const attacks: readonly Turn[] = ["replay", "forged nonce", "bearer", "garbage", "nobody"];

/** Of eight turns one is an attacker's; the others are what is still wanted. */
function turnOf(turn: number, cold: boolean, honest: boolean): Turn {
  if (turn % 8 === 0) return attacks[(turn / 8) % attacks.length] ?? "nobody";
  if (!cold || !honest) return cold ? "cold" : "honest";
  return turn % 2 === 0 ? "cold" : "honest";
}

function requestOf({ workerd: { port }, publicOrigin }: Edge, client: Client, kind: Turn): Buffer {
  const path = "/full/x";
  const { nonce, ...without } = client;
  const authorization = `DPoP ${client.token}`;
  const send = (headers: Readonly<Record<string, string>>) => wire(port, path, headers);
  const proven = (by: Client) =>
    send({ Authorization: authorization, DPoP: proof(by, `${publicOrigin}${path}`) });
  switch (kind) {
    case "honest":
      return proven(client);
    case "replay":
    case "cold":
      return proven(without);
    case "forged nonce":
      return proven({ ...without, nonce: randomBytes(60).toString("base64url") });
    case "bearer":
      return send({ Authorization: `Bearer ${client.token}` });
    case "garbage":
      return send({ Authorization: authorization, DPoP: randomBytes(300).toString("base64url") });
    case "nobody":
      return send({});
  }
}

function exchange(socket: Socket, request: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let arrived = "";
    const listen = (chunk: Buffer) => {
      arrived += chunk.toString("latin1");
      const status = answered(arrived);
      if (status === undefined) return;
      socket.off("data", listen).off("close", lost);
      resolve({
        status,
        nonce: /\r\ndpop-nonce: *([^\r]+)/i.exec(arrived)?.[1],
        challenge: /\r\nwww-authenticate:[^\r]*use_dpop_nonce/i.test(arrived),
      });
    };
    const lost = () => reject(new Error("a connection was closed"));
    socket.on("data", listen).on("close", lost);
    socket.write(request);
  });
}
