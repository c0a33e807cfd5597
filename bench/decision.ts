import type { Configuration, JwtFinalizer, McpMatch, PolicyStep } from "../src/configuration.ts";
import { createNonces } from "../src/dpop/nonce.ts";
import { allMechanisms } from "../src/mechanisms/all.ts";
import { parseClaims } from "../src/mint/template.ts";
import type { EdgeRequest } from "../src/runtime.ts";
import {
  apiRule,
  clientKey,
  configuration,
  createWorld,
  dpopProof,
  jwtAuthenticator,
  origin,
  request,
  type World,
} from "../test/core/authorizer/world.ts";
import { rawVerify, rawVerifyAndSign } from "./raw-signature.ts";

/** One thing to be timed: `run(i)` for i from 0 to `count` - 1, each with a proof of its own. */
export interface Case {
  readonly name: string;
  readonly run: (index: number) => Promise<unknown>;
}

/** What every peer is given as well: the same token and proofs, and the issuer's keys. */
export interface Given {
  readonly token: string;
  readonly proofs: readonly string[];
  readonly url: string;
  readonly issuerKeys: unknown;
}

const jwt =
  apiRule.finalizers.find((each): each is JwtFinalizer => each.type === "jwt") ?? fail("no jwt");
const minting: JwtFinalizer = {
  ...jwt,
  claims: parseClaims('{"url": {{ quote .Request.URL.String }}}'),
};
// A bench may take longer than a nonce of a minute lives.
const possession = { ...jwtAuthenticator.possession, maxAge: 600 };
const withFinalizers = (chosen: readonly JwtFinalizer[]): Configuration => ({
  ...configuration,
  replay: { ...configuration.replay, window: 700 },
  rules: [
    { ...apiRule, authenticators: [{ ...jwtAuthenticator, possession }], finalizers: chosen },
  ],
});

/** The cases, each made ready for `count` runs, in whatever runtime this is. */
export async function cases(count: number): Promise<readonly Case[]> {
  return [
    await rawVerify(),
    await rawVerifyAndSign(),
    await warm("decision: nonce, memory claim", count, []),
    await warm("decision: internal token reused", count, [jwt]),
    await warm("decision: internal token minted", count, [minting]),
    ...(await judged(count)),
    await cold("decision: in a new isolate, minted", count, [minting]),
    await posted("decision: 4 KiB on a plain rule", count, {}),
    ...(await mcpCalls(count)),
    ...mintingNonces(),
    await refused("refusal: garbage", count, "proof.malformed", () => "garbage.garbage.garbage"),
    await refused("refusal: wrong htu", count, "proof.htu", (proof, _, wrong) => wrong ?? proof),
    await refused("refusal: bad signature", count, "proof.signature", (proof, other) =>
      [proof.slice(0, proof.lastIndexOf(".")), other.slice(other.lastIndexOf("."))].join(""),
    ),
  ];
}

/** What it costs that no challenge repeats a nonce: the second over the first. */
function mintingNonces(): readonly Case[] {
  const signing = { kid: "bench", bytes: new Uint8Array(32) };
  const nonces = createNonces({
    keys: async () => ({ signing, all: [signing] }),
    now: () => 0,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  });
  // Commits from before there were two kinds are measured as well.
  if (!("mintShared" in nonces)) return [];
  return [
    { name: "a nonce shared within its second", run: () => nonces.mintShared(origin) },
    { name: "a nonce of its own, for a challenge", run: () => nonces.mint(origin) },
  ];
}

async function warm(
  name: string,
  count: number,
  chosen: readonly JwtFinalizer[],
  authorizers: readonly PolicyStep[] = [],
): Promise<Case> {
  const settings = withFinalizers(chosen);
  const rules = settings.rules.map((rule) => ({ ...rule, authorizers }));
  const equipped = { ...settings, rules, mechanisms: allMechanisms };
  const world = worldNow(equipped);
  const requests = await signed(world, count + 1);
  await allowed(world, requests[count]);
  return { name, run: (index) => allowed(world, requests[index]) };
}

/** What a policy adds to the case "internal token reused". */
async function judged(count: number): Promise<readonly Case[]> {
  if (!("cel" in allMechanisms)) return [];
  const id = { kind: "select", of: { kind: "seen", path: ["Subject"] }, name: "ID" } as const;
  const alice = { kind: "literal", value: "alice" } as const;
  const expression = {
    source: 'Subject.ID == "alice"',
    tree: { kind: "call", name: "==", arguments: [id, alice] } as const,
  };
  const may = { type: "cel", id: "may", expressions: [{ expression }], values: {} } as const;
  return [await warm("decision: token reused, one expression", count, [jwt], [may])];
}

async function mcpCalls(count: number): Promise<readonly Case[]> {
  if (!("mcp" in allMechanisms)) return [];
  return [await posted("decision: 4 KiB, an MCP call", count, { tools: ["^(?:call-[^/]*)$"] })];
}

/** A call of 4 KiB; its rule looks into it or not. */
async function posted(name: string, count: number, mcp: McpMatch): Promise<Case> {
  const settings = withFinalizers([jwt]);
  const looks = Object.keys(mcp).length > 0;
  const rules = settings.rules.map((rule) =>
    looks ? { ...rule, match: { ...rule.match, mcp } } : rule,
  );
  const equipped = { ...settings, rules, mechanisms: allMechanisms };
  const world = worldNow(equipped);
  const call = { name: "call-x", arguments: { rows: Array.from({ length: 52 }, rowOf) } };
  const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params: call };
  const bytes = new TextEncoder().encode(JSON.stringify(message));
  const requests = (await signed(world, count + 1, { htm: "POST" })).map((sent) => {
    sent.headers.set("Content-Type", "application/json");
    return { ...sent, method: "POST", body: async () => bytes };
  });
  await allowed(world, requests[count]);
  return { name, run: (index) => allowed(world, requests[index]) };
}

/** Some 78 bytes. */
function rowOf(_: unknown, index: number): object {
  return { id: index, name: `a row of a call, number ${index}`, amount: 12.5, good: true };
}

/** A new isolate for every request: keys fetched and imported, the token verified, secrets parsed. */
async function cold(name: string, count: number, chosen: readonly JwtFinalizer[]): Promise<Case> {
  const settings = withFinalizers(chosen);
  const requests = await signed(worldNow(settings), count);
  return { name, run: (index) => allowed(worldNow(settings), requests[index]) };
}

/** A flood from somebody with a good token; `spoiled` makes each proof bad. */
async function refused(
  name: string,
  count: number,
  code: string,
  spoiled: (proof: string, other: string, elsewhere: string | undefined) => string,
): Promise<Case> {
  const world = worldNow(withFinalizers([]));
  const requests = await signed(world, count + 2);
  const elsewhere = await dpopProof(clientKey, tokenOf(requests[0]), world.clock.seconds, {
    htu: `${origin}/elsewhere`,
  });
  await allowed(world, requests[count + 1]);
  const bad = requests.map(({ headers, ...rest }, index): EdgeRequest => {
    const other = requests[(index + 1) % requests.length]?.headers.get("DPoP") ?? "";
    const proof = spoiled(headers.get("DPoP") ?? "", other, elsewhere);
    const fields = { Authorization: headers.get("Authorization") ?? "", DPoP: proof };
    return { ...rest, headers: new Headers(fields) };
  });
  return {
    name,
    run: async (index) => {
      const decision = await world.authorizer.authorize(bad[index] ?? fail("no request"));
      const found = decision.kind === "refuse" ? decision.code : decision.kind;
      if (found !== code) fail(`${found} in place of ${code}`);
    },
  };
}

/** A world whose clock stands at this moment: peers read the real one. */
export function worldNow(settings: Configuration): World {
  const world = createWorld(settings);
  world.clock.seconds = Math.floor(Date.now() / 1000);
  return world;
}

/** The same for peers. */
export async function given(count: number): Promise<Given> {
  const world = worldNow(withFinalizers([]));
  const requests = await signed(world, count);
  return {
    token: tokenOf(requests[0]),
    proofs: requests.map(({ headers }) => headers.get("DPoP") ?? ""),
    url: `${origin}/api/x`,
    issuerKeys: await (await world.jwks()).json(),
  };
}

async function signed(
  world: World,
  count: number,
  claims: Readonly<Record<string, string>> = {},
): Promise<readonly (EdgeRequest & { readonly headers: Headers })[]> {
  const token = await world.accessToken({ cnf: { jkt: clientKey.jkt }, jti: "1" });
  const one = async (index: number, nonce: Readonly<Record<string, string>>) => {
    const made = { ...claims, ...nonce };
    const proof = await dpopProof(clientKey, token, world.clock.seconds, made);
    const url = `${origin}/api/x?call=${index}`;
    return request({ Authorization: `DPoP ${token}`, DPoP: proof }, { url });
  };
  const challenge = await world.authorizer.authorize(await one(0, {}));
  if (challenge.kind !== "refuse") fail("no challenge");
  const nonce = challenge.headers.get("DPoP-Nonce") ?? fail("no nonce");
  return await Promise.all(Array.from({ length: count }, (_, index) => one(index, { nonce })));
}

function tokenOf(sent: EdgeRequest | undefined): string {
  return sent?.headers.get("Authorization")?.slice("DPoP ".length) ?? fail("no token");
}

async function allowed(world: World, sent: EdgeRequest | undefined): Promise<void> {
  const decision = await world.authorizer.authorize(sent ?? fail("no request"));
  if (decision.kind !== "allow")
    fail(`not allowed, but ${"code" in decision ? decision.code : decision.kind}`);
}

function fail(why: string): never {
  throw new Error(why);
}
