import { createProof, generateKey } from "../../src/client/index.ts";
import { member } from "../answer.ts";
import { type Agent, createAgent } from "./agent.ts";

export interface Attempt {
  readonly name: string;
  /** What the edge must answer. */
  readonly expected: string;
  readonly status: () => Promise<string>;
}

type Sent = Readonly<Record<string, string>>;

/** Whoever read the agent's log has its token, its session's id and the proofs that it sent. */
export async function attempts(url: string, agent: Agent): Promise<readonly Attempt[]> {
  const token = await agent.token();
  const key = await generateKey({});
  // An account of its own at the same issuer: everything is in order but whose session it is.
  const other = createAgent(url, agent.issuer);
  const call = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "echo", arguments: { message: "x" } },
  };
  const forbidden = { ...call, params: { name: "get-env", arguments: {} } };

  const send = async (
    fetched: typeof fetch | Agent["oauth"]["fetch"],
    body: unknown,
    headers: Sent,
    method = "POST",
  ) => {
    const response = await fetched(url, {
      method,
      headers: {
        Accept: "application/json, text/event-stream",
        ...(method === "POST" ? { "Content-Type": "application/json" } : {}),
        ...headers,
      },
      ...(method === "POST"
        ? { body: typeof body === "string" ? body : JSON.stringify(body) }
        : {}),
    });
    if (response.ok) {
      await response.body?.cancel();
      return `${response.status}`;
    }
    return `${response.status} ${member(await response.text(), "code") ?? ""}`;
  };
  const proof = async () => createProof({ key, method: "POST", url, accessToken: token });
  const own = (body: unknown, headers: Sent = {}) => send(agent.oauth.fetch, body, headers);
  const stream = agent.log.findLast(
    ({ method, headers }) => method === "GET" && headers.has("DPoP"),
  );

  return [
    {
      name: "the stolen token, as Bearer",
      expected: "401 token.downgraded",
      status: () => send(fetch, call, { Authorization: `Bearer ${token}` }),
    },
    {
      name: "the stolen token, with a key of the thief's",
      expected: "401 token.binding",
      status: async () =>
        send(fetch, call, { Authorization: `DPoP ${token}`, DPoP: await proof() }),
    },
    {
      name: "the proof of the agent's stream, again",
      expected: "401 proof.replayed",
      status: () => send(fetch, "", Object.fromEntries(stream?.headers ?? []), "GET"),
    },
    {
      name: "the stolen session, with a token of the thief's own",
      expected: "404 mcp.session",
      status: () => send(other.oauth.fetch, call, { "Mcp-Session-Id": agent.session() }),
    },
    {
      name: "a harmless tool in Mcp-Name, another in the body",
      expected: "400 mcp.mismatch",
      status: () => own(forbidden, { "Mcp-Method": "tools/call", "Mcp-Name": "echo" }),
    },
    {
      name: "a batch that hides a forbidden tool",
      expected: "403 policy.denied",
      status: () => own([call, { ...forbidden, id: 2 }]),
    },
    {
      name: "a method that is there twice",
      expected: "400 mcp.malformed",
      status: () => own('{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}'),
    },
    {
      name: "a tool by a glob",
      expected: "403 policy.denied",
      status: () => own({ ...call, params: { name: "get-*", arguments: {} } }),
    },
    {
      name: "a body of 100 KB",
      expected: "413 body.too_large",
      status: () =>
        own({ ...call, params: { name: "echo", arguments: { message: "x".repeat(100_000) } } }),
    },
    {
      name: "a body of 1,000 levels",
      expected: "400 mcp.malformed",
      status: () =>
        own(
          `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":${"[".repeat(1000)}${"]".repeat(1000)}}}`,
        ),
    },
  ];
}
