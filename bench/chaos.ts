import { Agent, request } from "node:http";
import { dpopProof, type KeyPair, keyPair } from "../test/core/authorizer/world.ts";
import { openStage, type Stage } from "./chaos-stage.ts";

export interface ChaosOptions {
  /** Each is sent at least twice. */
  readonly proofs: number;
  /** Milliseconds between two kills. */
  readonly between: number;
  readonly mode?: "generation" | "durable";
  readonly clients?: number;
}

export interface ChaosResult {
  readonly proofs: number;
  readonly sent: number;
  readonly acceptedTwice: number;
  readonly calls: number;
  readonly served: number;
  /** Calls that were not served however often their client tried. */
  readonly givenUp: number;
  readonly challenges: number;
  readonly kills: number;
}

/** What came back; undefined: the connection broke, and nobody knows what became of the request. */
type Answer = { readonly status: number; readonly nonce: string | undefined } | undefined;

interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const attempts = 40;
const copiesAtOnce = 3;

/**
 * Clients call, thieves send every proof again: beside it, right after it, or after the next kill.
 * The upstream counts what came through, so that an answer that a kill swallowed counts as well.
 */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const { proofs: wanted, between, mode = "generation", clients = 24 } = options;
  const stage = await openStage(mode);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const count = { proofs: 0, sent: 0, calls: 0, served: 0, givenUp: 0, challenges: 0, kills: 0 };
  let late: Sent[] = [];
  let done = false;
  // While the edge is started anew nobody's attempts run out: how long that takes is the machine's affair.
  let coming: Promise<void> = Promise.resolve();

  async function present(sent: Sent): Promise<Answer> {
    count.sent += 1;
    return await send(stage.url, sent, agent);
  }

  /** The proof and its copies; what its client is answered. */
  async function presentTwice(sent: Sent): Promise<Answer> {
    count.proofs += 1;
    const way = count.proofs % 3;
    if (way === 0) {
      const answers = await Promise.all(Array.from({ length: copiesAtOnce }, () => present(sent)));
      const [first] = answers;
      return answers.find((answer) => answer?.status === 200) ?? first;
    }
    const answer = await present(sent);
    if (way === 1) await present(sent);
    else late.push(sent);
    return answer;
  }

  async function call(
    key: KeyPair,
    token: string,
    path: string,
    nonce: { text?: string | undefined },
  ) {
    count.calls += 1;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const sent = await signed(stage, key, token, path, nonce.text);
      const answer = await presentTwice(sent);
      if (answer?.nonce !== undefined) nonce.text = answer.nonce;
      if (answer?.status === 200) {
        count.served += 1;
        return;
      }
      if (answer?.status === 401) count.challenges += 1;
      // The edge is down, or was while it was asked: any client tries again later.
      else {
        await coming;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    count.givenUp += 1;
  }

  async function client(number: number): Promise<void> {
    const key = await keyPair();
    const token = await stage.accessToken(key.jkt);
    // A third knows nothing of nonces until it is challenged, and forgets them at once.
    const forgetful = number % 3 === 0;
    const nonce: { text?: string | undefined } = {};
    while (count.proofs < wanted) {
      await call(key, token, forgetful ? "open" : "api", nonce);
      if (forgetful) nonce.text = undefined;
    }
  }

  async function killer(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, between));
      if (done) return;
      const before = late;
      late = [];
      coming = stage.restart();
      await coming;
      count.kills += 1;
      await Promise.all(before.map(present));
    }
  }

  try {
    const killing = killer();
    await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
    done = true;
    await killing;
    await stage.restart();
    await Promise.all(late.map(present));
    count.kills += 1;
    const twice = [...stage.accepted.values()].filter((times) => times > 1);
    return { ...count, acceptedTwice: twice.length };
  } finally {
    done = true;
    agent.destroy();
    await stage.stop();
  }
}

async function signed(
  stage: Stage,
  key: KeyPair,
  token: string,
  path: string,
  nonce: string | undefined,
): Promise<Sent> {
  const jti = crypto.randomUUID();
  const proof = await dpopProof(key, token, Math.floor(Date.now() / 1000), {
    jti,
    htu: `${stage.url}/${path}/x`,
    ...(nonce === undefined ? {} : { nonce }),
  });
  return { path, headers: { Authorization: `DPoP ${token}`, DPoP: proof, "X-Proof": jti } };
}

function send(url: string, { path, headers }: Sent, agent: Agent): Promise<Answer> {
  return new Promise((resolve) => {
    const call = request(`${url}/${path}/x`, { agent, headers, timeout: 10_000 }, (response) => {
      const nonce = response.headers["dpop-nonce"];
      const status = response.statusCode ?? 0;
      response.on("error", () => resolve(undefined)).resume();
      response.on("end", () =>
        resolve({ status, nonce: typeof nonce === "string" ? nonce : undefined }),
      );
    });
    call.on("timeout", () => call.destroy(new Error("no answer")));
    call.on("error", () => resolve(undefined));
    call.end();
  });
}

/** The run in one line. */
export function summary(result: ChaosResult): string {
  const { proofs, sent, acceptedTwice, calls, served, givenUp, challenges, kills } = result;
  return (
    `chaos: ${proofs} proofs sent ${sent} times across ${kills} kills: ${acceptedTwice} accepted twice; ` +
    `${served} of ${calls} calls served, ${givenUp} refused for good, ${challenges} refused and tried again`
  );
}
