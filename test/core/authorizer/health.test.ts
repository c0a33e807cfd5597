import { describe, expect, test, vi } from "vitest";
import type { RequestSignature } from "../../../src/configuration/endpoint.ts";
import type { SecretReference } from "../../../src/configuration/secret.ts";
import type { Configuration, Rule } from "../../../src/configuration.ts";
import { allMechanisms } from "../../../src/mechanisms/all.ts";
import type { Verdict } from "../../../src/runtime.ts";
import { createWorld, jwtAuthenticator, noNonce, origin, request, type World } from "./world.ts";

const url = `${origin}/.well-known/dpop-edge/health`;
const settings = (access: "public" | { source: string }) => ({
  ...noNonce,
  secrets: {
    ...noNonce.secrets,
    monitor: { kind: "inline" as const, from: { binding: "MONITOR" } },
  },
  needs: [...noNonce.needs, "health" as const],
  mechanisms: allMechanisms,
  health: { access },
});

function trusting(rule: Rule): Rule {
  const authenticators = rule.authenticators.map((each) =>
    each.type === "jwt" ? { ...each, keys: { ...each.keys, trustAnchors: "idp_ca" } } : each,
  );
  return { ...rule, authenticators };
}

/** Internal tokens and the questions for an issuer's keys, signed out of one source. */
function signing(selector: string, key: SecretReference): Pick<Configuration, "rules"> {
  const auth: RequestSignature = {
    type: "http_message_signatures",
    key,
    components: ["@method"],
    label: "edge",
    tag: "edge",
    ttl: 60,
  };
  const { keys } = jwtAuthenticator;
  if (keys.kind !== "jwks") throw new Error("no endpoint");
  const signs = { ...jwtAuthenticator, keys: { ...keys, endpoint: { ...keys.endpoint, auth } } };
  const rules = noNonce.rules.map((rule) => ({
    ...rule,
    authenticators: [signs],
    finalizers: rule.finalizers.map((each) =>
      each.type === "jwt" ? { ...each, signer: { ...each.signer, selector } } : each,
    ),
  }));
  return { rules };
}

async function ask(world: World, headers: Record<string, string> = {}, method = "GET") {
  const answer = await world.authorizer.authorize(request(headers, { url, method }));
  if (answer.kind !== "health") throw new Error(`${answer.kind} in place of the page`);
  return { ...answer, told: answer.body === undefined ? undefined : JSON.parse(answer.body) };
}

/** A public page, and how often its store was asked. */
function counted(verdict = (): Promise<Verdict> => Promise.resolve("fresh")) {
  let asked = 0;
  const claim = () => {
    asked += 1;
    return verdict();
  };
  return { world: createWorld(settings("public"), () => ({ claim })), claims: () => asked };
}

describe("the health page", () => {
  const world = () => {
    const made = createWorld(settings({ source: "monitor" }));
    made.secrets.MONITOR = "a-long-monitor-secret";
    return made;
  };
  const asks = { Authorization: "Bearer a-long-monitor-secret" };

  test("is not there unless the documents have it", async () => {
    const decision = await createWorld(noNonce).authorizer.authorize(request({}, { url }));
    expect(decision).toMatchObject({ code: "rule.unauthorized" });
  });

  test("says that all is well, and of which documents", async () => {
    const well = world();
    const { status, headers, told } = await ask(well, asks);
    expect(status).toBe(200);
    expect(headers.get("Cache-Control")).toBe("no-store");
    expect(told).toEqual({
      healthy: true,
      checks: {
        secrets: "ok",
        "keys dpop_jwt": "ok",
        "replay store": "ok",
      },
      documents: noNonce.documents,
      keys: {
        nonce_keys: { holds: ["k1"], selects: ["k1"], named: true },
        signing_keys: { holds: ["edge"], selects: ["edge"], named: false },
      },
    });
    expect(well.events[0]).toMatchObject({ outcome: "health", status: 200 });
    expect((await ask(well, asks)).status).toBe(200);
  });

  test("a source is not named while what is sent to an endpoint is signed without a selector", async () => {
    const selector = "edge";
    const told = async (key: SecretReference) => {
      const made = createWorld({ ...settings({ source: "monitor" }), ...signing(selector, key) });
      made.secrets.MONITOR = "a-long-monitor-secret";
      return (await ask(made, asks)).told.keys.signing_keys;
    };
    expect(await told({ source: "signing_keys", selector })).toMatchObject({ named: true });
    expect(await told({ source: "signing_keys" })).toMatchObject({ named: false });
  });

  test.each([
    ["no secret", {}],
    ["another", { Authorization: "Bearer a-long-monitor-secreT" }],
    ["another scheme", { Authorization: "Basic a-long-monitor-secret" }],
  ])("tells nothing to who sends %s", async (_, headers) => {
    const { status, told } = await ask(world(), headers);
    expect([status, told]).toEqual([401, undefined]);
  });

  test.each(["DPOP_NONCE_KEYS", "SIGNING_KEYS"])(
    "a deployment without %s is unhealthy before its first request",
    async (binding) => {
      const sick = world();
      sick.secrets[binding] = undefined;
      const { status, told } = await ask(sick, asks);
      expect(status).toBe(503);
      expect(Object.values(told.checks).join()).toContain(binding);
    },
  );

  test("a trust anchor that is no certificate is told by the page and by ready(), not by traffic", async () => {
    const rules = noNonce.rules.map(trusting);
    const base = settings("public");
    const sick = createWorld({
      ...base,
      rules,
      secrets: { ...base.secrets, idp_ca: { kind: "pem", from: { binding: "IDP_CA" } } },
      needs: [...base.needs, "keyCertificates"],
    });
    // DER, and yet no certificate.
    sick.secrets.IDP_CA = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----";
    expect((await ask(sick)).status).toBe(503);
    await expect(sick.authorizer.ready()).rejects.toThrow(
      'The secret source "idp_ca": certificate 1 is not DER of an X.509 certificate.',
    );
  });

  test("a thousand who ask at once, and after, are one claim in ten seconds", async () => {
    const open = counted();
    const all = await Promise.all(Array.from({ length: 500 }, () => ask(open.world)));
    for (let turn = 0; turn < 500; turn += 1) all.push(await ask(open.world));
    expect(all.every(({ status, told }) => status === 200 && told.healthy)).toBe(true);
    expect(open.claims()).toBe(1);
    open.world.clock.seconds += 11;
    await ask(open.world);
    expect(open.claims()).toBe(2);
  });

  test("what is remembered ends: sick, then well", async () => {
    const open = counted();
    open.world.secrets.SIGNING_KEYS = undefined;
    expect((await ask(open.world)).status).toBe(503);
    open.world.clock.seconds -= 3600;
    expect((await ask(open.world)).status).toBe(503);
    expect(open.claims()).toBe(2);
  });

  test("whoever waits for an asking that is lost with its request is told, and the next one asks anew", async () => {
    vi.useFakeTimers();
    try {
      let lost = true;
      const open = counted(() => (lost ? new Promise<never>(() => {}) : Promise.resolve("fresh")));
      const waiting = ask(open.world);
      const beside = ask(open.world);
      await vi.advanceTimersByTimeAsync(20_000);
      expect((await waiting).status).toBe(503);
      expect((await beside).status).toBe(503);
      expect(open.claims()).toBe(1);
      lost = false;
      open.world.clock.seconds += 20;
      expect((await ask(open.world)).status).toBe(200);
    } finally {
      vi.useRealTimers();
    }
  });

  test("an issuer that is not there, and a store that does not answer", async () => {
    const broken = { claim: async () => Promise.reject(new Error("secret text of a store")) };
    const sick = createWorld(settings({ source: "monitor" }), () => broken);
    sick.secrets.MONITOR = "a-long-monitor-secret";
    sick.jwks = async () => Promise.reject(new Error("refused"));
    const { status, body, told } = await ask(sick, asks);
    expect(status).toBe(503);
    expect(told.checks).toMatchObject({
      "keys dpop_jwt": expect.stringContaining("idp.example"),
      "replay store": "it does not answer",
    });
    expect(body).not.toContain("secret text");
  });

  test("public: everybody learns whether, and nothing else", async () => {
    const open = createWorld(settings("public"));
    expect((await ask(open)).told).toEqual({ healthy: true });
    open.secrets.SIGNING_KEYS = undefined;
    const sick = createWorld(settings("public"));
    sick.secrets.SIGNING_KEYS = undefined;
    expect(await ask(sick)).toMatchObject({ status: 503, told: { healthy: false } });
    expect(await ask(open, {}, "POST")).toMatchObject({ status: 405 });
    expect((await ask(open, {}, "HEAD")).told).toBeUndefined();
  });
});
