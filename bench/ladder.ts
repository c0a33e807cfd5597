import type { Edge, Mode, Rung } from "./edge.ts";
import { wire } from "./load.ts";
import { type Client, proof } from "./origin.ts";

/** One kind of request. Of the ladder each adds one thing to the one before, and all are allowed. */
export interface Case {
  readonly name: string;
  readonly mode: Mode;
  readonly status: number;
  /** So many requests, each used once. */
  readonly requests: (edge: Edge, count: number) => readonly Buffer[];
}

const pathOf = (rung: Rung): string => `/${rung}/x`;

type Headers = Readonly<Record<string, string>>;

/** One request a client, in turn; with a body it is a POST. */
function each(
  path: string,
  headers: (client: Client, edge: Edge, index: number) => Headers,
  body = "",
) {
  const method = body === "" ? "GET" : "POST";
  return (edge: Edge, count: number): readonly Buffer[] =>
    Array.from({ length: count }, (_, index) => {
      const at = index % edge.clients.length;
      const client = edge.clients[at];
      if (client === undefined) throw new Error("no clients");
      const asked = `${path}?call=${index}`;
      return wire(edge.workerd.port, asked, headers(client, edge, at), method, body);
    });
}

/** A request with a proof of its own; `changed`: what is wrong with the proof. */
export function proven(
  path: string,
  changed: (edge: Edge) => Readonly<Record<string, unknown>> = () => ({}),
) {
  return each(path, (client, edge) => ({
    Authorization: `DPoP ${client.token}`,
    DPoP: proof(client, `${edge.publicOrigin}${path}`, changed(edge)),
  }));
}

const full = pathOf("full");

export const ladder: readonly Case[] = [
  {
    name: "anonymous",
    mode: "generation",
    status: 200,
    requests: proven(pathOf("anonymous")),
  },
  {
    name: "Bearer",
    mode: "generation",
    status: 200,
    requests: each(pathOf("bearer"), (_, edge, at) => ({
      Authorization: `Bearer ${edge.bearers[at]}`,
    })),
  },
  { name: "DPoP and nonce", mode: "generation", status: 200, requests: proven(pathOf("dpop")) },
  { name: "+ internal token", mode: "generation", status: 200, requests: proven(pathOf("minted")) },
  { name: "+ replay, generation", mode: "generation", status: 200, requests: once },
  { name: "+ replay, durable", mode: "durable", status: 200, requests: proven(full) },
];

/** What a flood would send, refused one and all. */
export const refusals: readonly Case[] = [
  {
    name: "replayed",
    mode: "generation",
    status: 401,
    requests: (edge) => burnt.get(edge) ?? [],
  },
  {
    name: "garbage",
    mode: "generation",
    status: 401,
    requests: each(full, ({ token }) => ({
      Authorization: `DPoP ${token}`,
      DPoP: "garbage.garbage.garbage",
    })),
  },
  {
    name: "wrong htu",
    mode: "generation",
    status: 401,
    requests: proven(full, () => ({ htu: "https://elsewhere.example/full/x" })),
  },
  {
    name: "bad signature",
    mode: "generation",
    status: 401,
    requests: each(full, (client, edge) => ({
      Authorization: `DPoP ${client.token}`,
      DPoP: withOtherSignature(
        proof(client, `${edge.publicOrigin}${full}`),
        proof(client, `${edge.publicOrigin}${full}`),
      ),
    })),
  },
];

const call = {
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "get-order", arguments: { order: "1", note: "x".repeat(4000) } },
};

/** The same call of a tool (MCP 2026-07-28, 4 KiB) on a rule that looks into messages, and on one that does not. */
export const calls: readonly [plain: Case, mcp: Case] = [
  { name: "4 KiB, a plain rule", mode: "generation", status: 200, requests: called("dpop") },
  { name: "4 KiB, an MCP call", mode: "generation", status: 200, requests: called("mcp") },
];

/** One of those that are allowed. */
export function caseNamed(wanted: string): Case {
  const cases = [...ladder, ...calls];
  const found = cases.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  throw new Error(`no case ${wanted}, but ${cases.map(({ name }) => name).join(", ")}`);
}

function called(rung: Rung) {
  const path = pathOf(rung);
  const sent = (client: Client, edge: Edge) => ({
    Authorization: `DPoP ${client.token}`,
    DPoP: proof(client, `${edge.publicOrigin}${path}`, { htm: "POST" }),
    "Content-Type": "application/json",
    "MCP-Protocol-Version": "2026-07-28",
    "Mcp-Method": call.method,
    "Mcp-Name": call.params.name,
  });
  return each(path, sent, JSON.stringify(call));
}

/** What each edge was sent last by the rung before: burnt proofs. */
const burnt = new WeakMap<Edge, readonly Buffer[]>();

function once(edge: Edge, count: number): readonly Buffer[] {
  const requests = proven(full)(edge, count);
  burnt.set(edge, requests);
  return requests;
}

function withOtherSignature(one: string, other: string): string {
  return one.slice(0, one.lastIndexOf(".")) + other.slice(other.lastIndexOf("."));
}
