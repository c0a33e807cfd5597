import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RegoEngine, TemplateFile } from "@aws/cloudformation-validate";
import { beforeAll, describe, expect, test } from "vitest";
import { tables } from "./expected-tables.ts";
import { ofType, packaged, type Resource, type Resources, root } from "./template.ts";

let rest: { file: string; resources: Resources };
let http: { file: string; resources: Resources };

// One after the other: both bundle into the same folder.
beforeAll(async () => {
  rest = await packaged("serverless.yml", "build/aws/rest");
  http = await packaged("serverless.http.yml", "build/aws/http");
}, 120_000);

const packages = () => [rest, http];

describe("nothing is cached", () => {
  test("every method with an authorizer of the REST API has one whose TTL is 0 and that needs no identity", () => {
    const guarded = ofType(rest.resources, "AWS::ApiGateway::Method").filter(
      ([, { Properties }]) => Properties.AuthorizationType === "CUSTOM",
    );
    expect(guarded.map(([name]) => name).sort()).toEqual([
      "ApiGatewayMethodApiAny",
      "ApiGatewayMethodApiProxyVarAny",
    ]);
    for (const [, { Properties }] of guarded) {
      const authorizer = rest.resources[Properties.AuthorizerId.Ref]?.Properties;
      expect(authorizer.Type).toBe("REQUEST");
      expect(authorizer.AuthorizerResultTtlInSeconds).toBe(0);
      expect(authorizer).not.toHaveProperty("IdentitySource");
    }
  });

  test("the HTTP API's authorizer has payload 2.0 and a TTL of 0", () => {
    const [[, authorizer] = ["", undefined], ...others] = ofType(
      http.resources,
      "AWS::ApiGatewayV2::Authorizer",
    );
    expect(others).toEqual([]);
    expect(authorizer?.Properties).toMatchObject({
      AuthorizerType: "REQUEST",
      AuthorizerPayloadFormatVersion: "2.0",
      AuthorizerResultTtlInSeconds: 0,
      EnableSimpleResponses: true,
      IdentitySource: [],
    });
  });

  test("the HTTP API's routes: the proxy guards itself, the keys are public, the rest has the authorizer", () => {
    const routes = ofType(http.resources, "AWS::ApiGatewayV2::Route").map(
      ([, { Properties }]) => [Properties.RouteKey, Properties.AuthorizationType] as const,
    );
    expect(Object.fromEntries(routes)).toEqual({
      $default: undefined,
      "GET /.well-known/jwks": undefined,
      "ANY /integration/{proxy+}": "CUSTOM",
    });
  });

  test("no source of ours says anything else", async () => {
    for (const name of ["serverless.yml", "serverless.http.yml"]) {
      const text = await readFile(join(root, name), "utf8");
      const written = [...text.matchAll(/resultTtlInSeconds: *(\S+)/gi)].map(([, ttl]) => ttl);
      expect(written).toEqual(["0"]);
    }
  });

  test("everything else of the REST API is open on purpose: preflights and the keys", () => {
    const open = ofType(rest.resources, "AWS::ApiGateway::Method").filter(
      ([, { Properties }]) => Properties.AuthorizationType === "NONE",
    );
    expect(open.map(([name, { Properties }]) => [name, Properties.HttpMethod]).sort()).toEqual([
      ["ApiGatewayMethodApiOptions", "OPTIONS"],
      ["ApiGatewayMethodApiProxyVarOptions", "OPTIONS"],
      ["ApiGatewayMethodWellDashknownJwksGet", "GET"],
    ]);
  });
});

describe("gateway responses", () => {
  const exposing = "gatewayresponse.header.Access-Control-Expose-Headers";
  const exposed = "'DPoP-Nonce, WWW-Authenticate, X-Request-Id'";
  const made = () => ofType(rest.resources, "AWS::ApiGateway::GatewayResponse");
  const responses = (): Record<string, Resource["Properties"]> =>
    Object.fromEntries(made().map(([, each]) => [each.Properties.ResponseType, each.Properties]));

  // The validator accepts any ResponseType and any StatusCode.
  test("each has its type and its status", () => {
    const statuses = Object.entries(responses()).map(([type, { StatusCode }]) => [
      type,
      StatusCode,
    ]);
    expect(Object.fromEntries(statuses)).toEqual({
      ACCESS_DENIED: "401",
      UNAUTHORIZED: "403",
      AUTHORIZER_FAILURE: "503",
      AUTHORIZER_CONFIGURATION_ERROR: "503",
    });
  });

  test("a denial carries the challenge, the nonce and the body from the context", () => {
    const { ResponseParameters, ResponseTemplates } = responses().ACCESS_DENIED;
    expect(ResponseParameters).toEqual({
      "gatewayresponse.header.WWW-Authenticate": "context.authorizer.wwwAuthenticate",
      "gatewayresponse.header.DPoP-Nonce": "context.authorizer.dpopNonce",
      "gatewayresponse.header.X-Request-Id": "context.requestId",
      "gatewayresponse.header.Cache-Control": "'no-store'",
      "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
      [exposing]: exposed,
    });
    expect(JSON.parse(ResponseTemplates["application/json"])).toEqual({
      error: "$context.authorizer.error",
      error_description: "$context.authorizer.errorDescription",
      code: "$context.authorizer.code",
      request_id: "$context.requestId",
    });
  });

  test("each lets browsers read it, is not stored, and has a JSON body", () => {
    for (const { ResponseParameters, ResponseTemplates } of Object.values(responses())) {
      expect(ResponseParameters).toMatchObject({
        "gatewayresponse.header.Cache-Control": "'no-store'",
        [exposing]: exposed,
      });
      expect(JSON.parse(ResponseTemplates["application/json"])).toHaveProperty("code");
    }
  });

  test("a refusal by policy and a failure say what they are", () => {
    const { UNAUTHORIZED, AUTHORIZER_FAILURE, AUTHORIZER_CONFIGURATION_ERROR } = responses();
    const header = "gatewayresponse.header.WWW-Authenticate";
    expect(UNAUTHORIZED.ResponseParameters[header]).toBe(`'DPoP error="insufficient_scope"'`);
    for (const { ResponseParameters } of [AUTHORIZER_FAILURE, AUTHORIZER_CONFIGURATION_ERROR]) {
      expect(ResponseParameters["gatewayresponse.header.Retry-After"]).toBe("'5'");
    }
  });

  test("the deployment comes after them: it depends on methods that depend on them", () => {
    const names = ofType(rest.resources, "AWS::ApiGateway::GatewayResponse").map(([name]) => name);
    const [[, deployment] = ["", undefined]] = ofType(
      rest.resources,
      "AWS::ApiGateway::Deployment",
    );
    const before = new Set<string>();
    const visit = (name: string) => {
      before.add(name);
      for (const each of [rest.resources[name]?.DependsOn ?? []].flat()) visit(each);
    };
    for (const name of [deployment?.DependsOn ?? []].flat()) visit(name);
    expect(names).toHaveLength(4);
    expect([...before]).toEqual(expect.arrayContaining(names));
  });
});

describe("what is deployed", () => {
  test("the tables are on demand, encrypted and forget; proofs have no backups, revocations do not go with the stack", () => {
    for (const { resources } of packages()) {
      expect(Object.fromEntries(ofType(resources, "AWS::DynamoDB::Table"))).toEqual(tables);
    }
  });

  test("roles may put items into the one table and query the other, read those secrets, write their log, and nothing else", () => {
    for (const { resources } of packages()) {
      const allowed = ofType(resources, "AWS::IAM::Role").flatMap(([, { Properties }]) => {
        expect(Properties.ManagedPolicyArns ?? []).toEqual([]);
        return Properties.Policies.flatMap(
          // biome-ignore lint/suspicious/noExplicitAny: as in template.ts
          ({ PolicyDocument }: any) => PolicyDocument.Statement,
        );
      });
      const actions = new Set(allowed.flatMap(({ Action }) => Action));
      const logs = ["CreateLogGroup", "CreateLogStream", "PutLogEvents", "TagResource"];
      const permitted = [
        "dynamodb:PutItem",
        "dynamodb:Query",
        "ssm:GetParameter",
        ...logs.map((name) => `logs:${name}`),
      ];
      expect([...actions].sort()).toEqual(permitted.sort());
      for (const { Action, Resource, Effect } of allowed) {
        expect(Effect).toBe("Allow");
        if (Action === "dynamodb:PutItem")
          expect(Resource).toEqual({ "Fn::GetAtt": ["ReplayTable", "Arn"] });
        if (Action === "dynamodb:Query")
          expect(Resource).toEqual({ "Fn::GetAtt": ["RevocationTable", "Arn"] });
        if (Action === "ssm:GetParameter")
          expect(JSON.stringify(Resource)).toMatch(/parameter\/dpop-edge\/SIGNING_KEY_PEM"/);
        expect(JSON.stringify(Resource)).not.toMatch(/^"\*"$/);
      }
    }
  });

  // The validator accepts any runtime.
  test("every function is arm64, on a pinned runtime, and keeps its log for a month", () => {
    for (const { resources } of packages()) {
      const functions = ofType(resources, "AWS::Lambda::Function");
      expect(functions.length).toBeGreaterThanOrEqual(3);
      for (const [, { Properties }] of functions) {
        expect(Properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"] });
        expect(Properties.Timeout).toBeLessThan(30);
      }
      // An HTTP API waits no longer for an authorizer.
      expect(resources.AuthorizerLambdaFunction?.Properties.Timeout).toBeLessThanOrEqual(10);
      const logs = ofType(resources, "AWS::Logs::LogGroup");
      expect(logs).toHaveLength(functions.length);
      for (const [, { Properties }] of logs) expect(Properties.RetentionInDays).toBe(30);
    }
  });

  test("secrets are references", () => {
    for (const { resources } of packages()) {
      for (const [, { Properties }] of ofType(resources, "AWS::Lambda::Function")) {
        const { DPOP_NONCE_KEYS, SIGNING_KEY_PEM } = Properties.Environment.Variables;
        for (const secret of [DPOP_NONCE_KEYS, SIGNING_KEY_PEM])
          expect(secret["Fn::Sub"]).toMatch(
            /^arn:\$\{AWS::Partition\}:ssm:.+:parameter\/dpop-edge\//,
          );
      }
    }
  });
});

test("a CloudFormation validator has no error to report", () => {
  const engine = new RegoEngine();
  try {
    for (const { file } of packages()) {
      const { diagnostics } = engine.validateStandard(new TemplateFile(file));
      expect(diagnostics.length).toBeGreaterThan(0);
      expect(diagnostics.filter(({ severity }) => !/^(INFO|WARN)/.test(severity))).toEqual([]);
      const warned = new Set(
        diagnostics.filter(({ severity }) => severity === "WARN").map(({ ruleId }) => ruleId),
      );
      // What osls writes: a dependency said twice, and versions that are kept when replaced.
      expect([...warned].filter((rule) => rule !== "W3005" && rule !== "W3011")).toEqual([]);
    }
  } finally {
    engine.free();
  }
});
