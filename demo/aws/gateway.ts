import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isRecord } from "../../src/record.ts";
import { listen, type Running } from "../server.ts";
import { send } from "../wire.ts";
import { gatewayResponse, type Outcome } from "./gateway-responses.ts";

/** What stands before the emulator and adds what it lacks of API Gateway. */
export interface Gateway extends Running {
  /** Where the authorizer tells how it ended. */
  readonly outcomesUrl: string;
}

/** `emulator` is asked at the first request, since it is started with this one's address. */
export async function startGateway(emulator: () => string): Promise<Gateway> {
  const outcomes = new Map<string, Outcome>();
  const reports = await listen(() => async (request, response) => {
    const outcome: unknown = JSON.parse(await text(request));
    if (isOutcome(outcome)) outcomes.set((request.url ?? "").slice(1), outcome);
    response.end();
  });
  const front = await listen(() => async (request, response) => {
    const id = randomUUID();
    try {
      await pass(request, response, emulator(), id, () => outcomes.get(id));
    } catch {
      response.writeHead(502).end();
    } finally {
      outcomes.delete(id);
    }
  });
  return {
    url: front.url,
    outcomesUrl: reports.url,
    stop: async () => {
      await front.stop();
      await reports.stop();
    },
  };
}

/** Repeated fields stay repeated: a second proof must reach the authorizer. */
async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  emulator: string,
  id: string,
  outcome: () => Outcome | undefined,
): Promise<void> {
  const headers: Record<string, string[]> = { "x-demo-id": [id] };
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (values !== undefined && name !== "host" && name !== "connection") headers[name] = values;
  }
  const answer = await send(`${emulator}${request.url}`, {
    method: request.method ?? "GET",
    headers,
  });
  const refused = outcome();
  if (refused === undefined) {
    const passed = [...answer.headers].filter(([name]) => !hopByHop.has(name));
    response.writeHead(answer.status, passed.flat()).end(answer.body);
    return;
  }
  const { status, headers: made, body } = gatewayResponse(refused, id);
  response.writeHead(status, made).end(body);
}

const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding", "content-length"]);

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function isOutcome(value: unknown): value is Outcome {
  return isRecord(value) && (value.kind === "policy" || value.kind === "error");
}
