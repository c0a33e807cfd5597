import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Asked } from "../node/policy/rows.ts";
import { type PolicyStage, startPolicyStage } from "../node/policy/stage.ts";
import { documents } from "./documents.ts";
import { type Engine, go } from "./engine.ts";
import { startOpa } from "./opa.ts";
import { type OpenFga, startOpenFga } from "./openfga.ts";

if (go === undefined)
  console.warn("There is no Go here: the documents were not run against real policy engines.");

let opa: Engine;
let openfga: OpenFga;
let stage: PolicyStage;
let others: PolicyStage;

/** The code; absent: it passes. */
type Row = readonly [name: string, asked: Asked, code: string | undefined];

const denied = "policy.denied";
const rows: readonly Row[] = [
  ["OPA allows", { path: "/opa/x" }, undefined],
  [
    "OPA allows by a role",
    { path: "/opa/x", method: "POST", claims: { roles: ["operator"] } },
    undefined,
  ],
  ["OPA denies", { path: "/opa/x", method: "POST" }, denied],
  ["OPA denies a stranger", { path: "/opa/x", claims: { sub: "nobody" } }, denied],
  [
    "a subject is a text for OPA",
    { path: "/opa/x", claims: { sub: 'a", "user": "alice' } },
    denied,
  ],
  ["OpenFGA allows", { path: "/documents/plan" }, undefined],
  ["OpenFGA allows by another relation", { path: "/documents/draft" }, undefined],
  ["OpenFGA allows an editor", { path: "/documents/draft", method: "PUT" }, undefined],
  ["OpenFGA denies the relation", { path: "/documents/plan", method: "PUT" }, denied],
  ["OpenFGA denies the object", { path: "/documents/other" }, denied],
  ["OpenFGA denies a stranger", { path: "/documents/plan", claims: { sub: "bob" } }, denied],
  ["a subject is no set of users", { path: "/documents/plan", claims: { sub: "*" } }, denied],
  ["OpenFGA knows no such user", { path: "/documents/plan", claims: { sub: "a b" } }, denied],
  [
    "a subject cannot be another tuple",
    { path: "/documents/plan", claims: { sub: 'bob","user":"user:alice' } },
    denied,
  ],
  ["AuthZEN allows", { path: "/records/7" }, undefined],
  ["AuthZEN denies the resource", { path: "/records/8" }, denied],
  ["AuthZEN knows no such action", { path: "/records/7", method: "POST" }, denied],
  ["AuthZEN denies a stranger", { path: "/records/7", claims: { sub: "bob" } }, denied],
];

describe.skipIf(go === undefined)("docs/policy.md and real policy engines", () => {
  beforeAll(async () => {
    [opa, openfga] = await Promise.all([startOpa(), startOpenFga()]);
    const { url, store, model } = openfga;
    const moved = {
      "https://opa.example": opa.url,
      "https://openfga.example": url,
      "01JDEXAMPLE": store,
      "01JDMODEL": model,
      "https://pdp.example": `${url}/stores/${store}`,
    };
    stage = await startPolicyStage(() => moved);
    others = await startPolicyStage(() => moved, {}, documents);
  });
  afterAll(async () => {
    await stage?.stop();
    await others?.stop();
    await Promise.all([opa?.stop(), openfga?.stop()]);
  });

  describe.each(["throughWorker", "throughLambda"] as const)("%s", (way) => {
    const codeOf = async (asked: Asked) => {
      const { status, body } = await stage[way](asked);
      if (status === 200) expect(body.upstream).toBe(true);
      return { status, code: body.code };
    };
    const unavailable = { status: 503, code: "policy.unavailable" };

    test.each(rows)("%s", async (_, asked, code) => {
      expect(await codeOf(asked)).toEqual({ status: code === undefined ? 200 : 403, code });
    });

    test("a policy that OPA does not have lets nobody pass", async () => {
      const told = await others[way]({ path: "/nothing" });
      expect(told).toMatchObject({ status: 403, body: { code: "policy.denied" } });
    });

    test("a relation is chosen by the method", async () => {
      const asked: readonly (readonly [Asked, number])[] = [
        [{ path: "/document/plan" }, 200],
        [{ path: "/document/plan", method: "DELETE" }, 403],
        [{ path: "/document/draft", method: "DELETE" }, 200],
        [{ path: "/document/draft", method: "PUT" }, 403],
        [{ path: "/document/plan", claims: { sub: "bob" } }, 403],
      ];
      for (const [one, status] of asked) expect((await others[way](one)).status).toBe(status);
    });

    test("what engines say reaches the upstream, and what one does not know does not stop it", async () => {
      const { status, body } = await others[way]({ path: "/documents" });
      expect(status).toBe(200);
      expect(body.headers).toMatchObject({
        "x-readable": "document:draft,document:plan",
        "x-why": "alice may GET",
        "x-none": "nothing",
      });
      const denial = await others[way]({ path: "/documents", claims: { sub: "bob" } });
      expect(denial).toMatchObject({ status: 403, body: { code: "policy.denied" } });
    });

    test("an engine that is silent ends with the deadline, and is asked again once it speaks", async () => {
      opa.signal("SIGSTOP");
      try {
        expect(await codeOf({ path: "/opa/x" })).toEqual(unavailable);
        expect((await codeOf({ path: "/documents/plan" })).status).toBe(200);
      } finally {
        opa.signal("SIGCONT");
      }
      expect((await codeOf({ path: "/opa/x" })).status).toBe(200);
    });
  });

  test("an engine that is gone lets nobody pass", async () => {
    await Promise.all([opa.stop(), openfga.stop()]);
    for (const path of ["/opa/x", "/documents/plan", "/records/7"]) {
      for (const way of ["throughWorker", "throughLambda"] as const) {
        const { status, body } = await stage[way]({ path });
        expect({ path, status, code: body.code }).toEqual({
          path,
          status: 503,
          code: "policy.unavailable",
        });
      }
    }
  });
});
