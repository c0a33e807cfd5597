import { describe, expect, test, vi } from "vitest";
import { httpAnswer } from "../../../adapters/aws/http-answer.ts";
import { exactResource } from "../../../adapters/aws/method-arn.ts";
import { restAnswer } from "../../../adapters/aws/rest-answer.ts";
import { refusalAnswer } from "../../../src/challenge.ts";
import {
  type Allow,
  type Answer,
  type Refusal,
  type RefusalCode,
  refusals,
} from "../../../src/decision.ts";
import { apiRule, configuration } from "../../core/authorizer/world.ts";
import { restArn } from "./events.ts";

const arn = restArn("/api/x");
const allow: Allow = {
  kind: "allow",
  rule: apiRule.id,
  requestId: "JKJaXmPLvHcESHA=",
  headers: new Headers({ Authorization: "Bearer in.ter.nal", "X-Other": "1" }),
  responseHeaders: () => new Headers({ "DPoP-Nonce": "fresh" }),
  amendResponse: () => {},
  principal: {
    id: "alice",
    attributes: {},
    clientId: "agent",
    scopes: ["read", "write"],
    jkt: "thumb",
  },
};
const bare: Allow = {
  ...allow,
  responseHeaders: () => new Headers(),
  amendResponse: () => {},
  principal: { id: "alice", attributes: {}, scopes: [] },
};
const refuse = (code: RefusalCode, nonce?: string): Answer =>
  refusalAnswer(code, {
    method: "GET",
    requestHeaders: new Headers(),
    algorithms: ["ES256"],
    signaling: { enabled: true, description: true, algorithms: true },
    ...(nonce ? { nonce } : {}),
  });
const rest = (decision: Allow | Answer, methodArn = arn, warn = vi.fn()) =>
  JSON.stringify(restAnswer(decision, methodArn, configuration, warn));
const http = (decision: Allow | Answer, responses: "simple" | "policy" = "simple") =>
  JSON.stringify(httpAnswer(decision, arn, configuration, responses, vi.fn()));

const context =
  '{"internalToken":"in.ter.nal","sub":"alice","clientId":"agent","jkt":"thumb","scope":"read write","dpopNonce":"fresh"}';
const document = (effect: string, resource = arn) =>
  `{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"${effect}","Resource":"${resource}"}]}`;

describe("byte for byte", () => {
  test("REST: an Allow names this method and path, and tells the integration all there is", () => {
    expect(rest(allow)).toBe(
      `{"principalId":"alice","policyDocument":${document("Allow")},"context":${context}}`,
    );
  });

  test("REST: what is not known is left out", () => {
    expect(rest(bare)).toBe(
      `{"principalId":"alice","policyDocument":${document("Allow")},"context":{"internalToken":"in.ter.nal","sub":"alice","scope":""}}`,
    );
  });

  test("REST: a nonce challenge", () => {
    const says = "A nonce is required; use the one in DPoP-Nonce.";
    const challenge = `DPoP error=\\"use_dpop_nonce\\", error_description=\\"${says}\\", algs=\\"ES256\\"`;
    expect(rest(refuse("nonce.missing", "n1"))).toBe(
      `{"principalId":"nobody","policyDocument":${document("Deny")},"context":{"wwwAuthenticate":"${challenge}","dpopNonce":"n1","error":"use_dpop_nonce","errorDescription":"${says}","code":"nonce.missing"}}`,
    );
  });

  test("REST: a 404 leaves as a denial with a bare challenge", () => {
    expect(rest(refuse("route.none"))).toBe(
      `{"principalId":"nobody","policyDocument":${document("Deny")},"context":{"wwwAuthenticate":"DPoP","error":"","errorDescription":"There is nothing here.","code":"route.none"}}`,
    );
  });

  test("HTTP: a simple response", () => {
    expect(http(allow)).toBe(`{"isAuthorized":true,"context":${context}}`);
    expect(http(refuse("proof.htu"))).toMatch(
      /^\{"isAuthorized":false,"context":\{"wwwAuthenticate":"DPoP error=.+","code":"proof.htu"\}\}$/,
    );
  });

  test("HTTP: a policy", () => {
    expect(http(allow, "policy")).toBe(
      `{"principalId":"alice","policyDocument":${document("Allow")},"context":${context}}`,
    );
    expect(http(refuse("proof.htu"), "policy")).toContain(document("Deny"));
  });

  test("a preflight is no Allow anywhere", () => {
    const preflight: Answer = { kind: "preflight", status: 204, headers: new Headers() };
    expect(rest(preflight)).toContain('"Effect":"Deny"');
    expect(http(preflight)).toBe('{"isAuthorized":false,"context":{}}');
    expect(http(preflight, "policy")).toContain('"Effect":"Deny"');
  });
});

/** What each way out ends as, by serverless.yml's gateway responses. */
function leaves(code: RefusalCode): number {
  try {
    const answer = restAnswer(refuse(code), arn, configuration, vi.fn());
    return answer.policyDocument.Statement[0]?.Effect === "Deny" ? 401 : 200;
  } catch (error) {
    if (!(error instanceof Error)) return 0;
    return error.message === "Unauthorized" ? 403 : 503;
  }
}

describe("every code leaves a REST API by one way", () => {
  test.each(Object.entries(refusals) as [RefusalCode, Refusal][])("%s", (code, { status }) => {
    const statuses = {
      400: 401,
      401: 401,
      403: 403,
      404: 401,
      413: 401,
      421: 401,
      431: 401,
      500: 503,
      503: 503,
    };
    expect(leaves(code)).toBe(statuses[status]);
  });

  test.each([
    "keys.unavailable",
    "replay.unavailable",
    "revocation.unavailable",
    "internal",
  ] as const)("%s is a failure of an HTTP API too", (code) => {
    for (const responses of ["simple", "policy"] as const)
      expect(() => http(refuse(code), responses)).toThrow(code);
  });
});

describe("an Allow that a cache may keep", () => {
  test.each([
    ["a wildcard", restArn("/api/*")],
    ["a wildcard of one character", restArn("/api/?")],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM's policies
    ["a variable", restArn("/api/${aws:username}")],
    ["more than 512 characters", restArn(`/api/${"x".repeat(512)}`)],
    ["no method ARN", "*"],
  ])("%s is refused, and the log says what to do", (_name, methodArn) => {
    const warn = vi.fn();
    expect(exactResource(methodArn)).toBeUndefined();
    const answer = restAnswer(allow, methodArn, configuration, warn);
    expect(answer.policyDocument.Statement).toMatchObject([{ Effect: "Deny" }]);
    expect(answer.context).toMatchObject({ code: "route.unsafe" });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("512"));
    const policies = httpAnswer(allow, methodArn, configuration, "policy", warn);
    expect(policies).toMatchObject({ policyDocument: { Statement: [{ Effect: "Deny" }] } });
  });

  test.each([
    ["an HTTP API's default stage", restArn("/api/x", "GET", "$default")],
    ["OData", restArn("/api/$metadata")],
    ["a dollar at the end", restArn("/api/x$")],
  ])("a dollar alone means nothing in a policy: %s", (_name, methodArn) => {
    const warn = vi.fn();
    const statement = { Effect: "Allow", Resource: methodArn };
    for (const answer of [
      restAnswer(allow, methodArn, configuration, warn),
      httpAnswer(allow, methodArn, configuration, "policy", warn),
    ])
      expect(answer).toMatchObject({ policyDocument: { Statement: [statement] } });
    expect(warn).not.toHaveBeenCalled();
  });

  test("512 characters fit", () => {
    const longest = restArn(`/api/${"x".repeat(512 - restArn("/api/").length)}`);
    expect(longest).toHaveLength(512);
    expect(exactResource(longest)).toBe(longest);
  });
});

test("the internal token is found in whatever header the finalizer names", () => {
  const finalizers = [
    {
      ...(apiRule.finalizers[0] as Extract<(typeof apiRule.finalizers)[0], { type: "jwt" }>),
      header: { name: "X-Internal", scheme: "Token" },
    },
  ];
  const named = { ...configuration, rules: [{ ...apiRule, finalizers }] };
  const headers = new Headers({ "X-Internal": "Token in.ter.nal", Authorization: "Bearer other" });
  const answer = restAnswer({ ...allow, headers }, arn, named, vi.fn());
  expect(answer.context).toMatchObject({ internalToken: "in.ter.nal" });
  const without = { ...configuration, rules: [{ ...apiRule, finalizers: [] }] };
  expect(restAnswer(allow, arn, without, vi.fn()).context).not.toHaveProperty("internalToken");
});
