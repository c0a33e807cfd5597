import { describe, expect, test } from "vitest";
import { explain } from "../../../cli/explain/explain.ts";
import { jsonOf, textOf } from "../../../cli/explain/report.ts";
import type { SentRequest } from "../../../cli/explain/sent-request.ts";
import { refusals } from "../../../src/decision.ts";
import { isJsonObject, parseJson } from "../../../src/jws/json.ts";
import {
  clientKey,
  configuration,
  createWorld,
  dpopProof,
  origin,
  request,
  type World,
} from "../../core/authorizer/world.ts";
import { type Made, rows, type Spoiled } from "./spoiled-rows.ts";

// The edge and `explain` are asked about the same request: what the one answers, the other names.

const secret = new Set(["authorization", "dpop"]);
const same = (text: string) => text;
const plain = { bold: same, dim: same, green: same, red: same };

/** Every stretch of 24 characters, by steps of 8. */
function partsOf(value: string): string[] {
  const count = Math.max(0, Math.floor((value.length - 24) / 8));
  return Array.from({ length: count }, (_, index) => value.slice(index * 8 + 5, index * 8 + 29));
}

async function make(world: World): Promise<Made> {
  const token = await world.accessToken({ cnf: { jkt: clientKey.jkt } });
  const challenged = await dpopProof(clientKey, token, world.clock.seconds, { nonce: "none" });
  const answer = await world.authorizer.authorize(
    request({ Authorization: `DPoP ${token}`, DPoP: challenged }),
  );
  const nonce = answer.headers.get("DPoP-Nonce") ?? "";
  const proof = await dpopProof(clientKey, token, world.clock.seconds, { nonce });
  return { token, proof, nonce, world };
}

function sent(
  made: Made,
  { method = "GET", url = `${origin}/api/x`, headers = {} }: Spoiled,
): SentRequest {
  const all = { Authorization: `DPoP ${made.token}`, DPoP: made.proof, ...headers };
  const present = Object.entries(all).filter(([, value]) => value !== "");
  return { method, url, headers: new Headers(present) };
}

describe("explain names the code that the edge answers", () => {
  test.each(rows.map((row) => ({ name: row[0], code: row[1], row })))(
    "$name: $code",
    async ({ row }) => {
      const [, code, spoil, settings = configuration] = row;
      const world = createWorld(settings);
      const made = await make(world);
      const spoiled = await spoil(made);
      const asked = sent(made, spoiled);
      if (spoiled.before) await world.authorizer.authorize(asked);
      const decision = await world.authorizer.authorize(asked);
      expect("code" in decision ? decision.code : "allow").toBe(code);

      const jwks = parseJson(await (await world.jwks()).text());
      if (!isJsonObject(jwks)) throw new Error("no JWK set");
      const explanation = await explain(spoiled.before ? [asked, asked] : [asked], {
        configuration: settings,
        jwks,
        secrets: (from) => ("binding" in from ? world.secrets[from.binding] : undefined),
        now: world.clock.seconds * 1000,
        clock: () => Number.NaN,
      });
      const explained = explanation.requests.at(-1);
      expect(explained?.refused ?? "allow").toBe(code);

      const said = `${JSON.stringify(jsonOf(explanation))}${textOf(explanation, plain)}`;
      for (const [name, value] of asked.headers)
        if (secret.has(name)) for (const part of partsOf(value)) expect(said).not.toContain(part);
      for (const part of partsOf(made.nonce)) expect(said).not.toContain(part);
      for (const finding of explained?.findings ?? [])
        if (finding.outcome === "failed")
          expect(finding).toMatchObject({
            expected: expect.stringMatching(/./),
            found: expect.stringMatching(/./),
            change: expect.stringMatching(/./),
            clause: expect.stringMatching(/^(?:RFC \d{4} section|the documents)/),
          });
    },
  );

  test("every code that a request alone can cause is among the rows", () => {
    const ours = [
      ...["credentials.invalid", "token.inactive", "introspection.unavailable"],
      ...["keys.unavailable", "replay.unavailable", "policy.unavailable", "internal"],
      ...["token.revoked", "revocation.unavailable"],
      // Of rules that the rows' documents do not have.
      ...["policy.step_up", "body.too_large", "body.unreadable"],
      // Of the body of a message to an MCP server.
      ...["mcp.malformed", "mcp.mismatch", "mcp.mixed", "mcp.origin", "mcp.session"],
    ];
    const named = new Set<string>([...rows.map(([, code]) => code), ...ours]);
    expect(Object.keys(refusals).filter((code) => !named.has(code))).toEqual([]);
  });
});
