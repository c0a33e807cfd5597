import { createAuthorizerHandler, createDynamoReplay, createProxyHandler } from "dpop-edge/aws";
import { compiled } from "./documents.js";

const configuration = compiled();
const authorizer = createAuthorizerHandler(configuration);
const proxy = createProxyHandler(configuration);
const headers = {};
const http = {
  version: "2.0",
  rawPath: "/api/x",
  rawQueryString: "",
  headers,
  requestContext: {
    domainName: "api.example",
    stage: "$default",
    http: { method: "GET", sourceIp: "203.0.113.7" },
  },
};
const rest = {
  type: "REQUEST",
  methodArn: "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/api/x",
  httpMethod: "GET",
  path: "/api/x",
  headers,
  requestContext: { path: "/api/x", domainName: "api.example" },
};
console.log = () => undefined;
const denied = await authorizer(rest);
const challenged = await proxy(http);
process.stdout.write(
  JSON.stringify({
    effect: denied.policyDocument.Statement[0].Effect,
    code: denied.context.code,
    status: challenged.statusCode,
    challenge: challenged.headers["www-authenticate"],
    store: typeof createDynamoReplay,
  }),
);
