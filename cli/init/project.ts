import type { Answers, InitTarget } from "./answers.ts";

/** The files of a new project that are not documents, by their path. */
export function projectFiles({ target }: Answers, name: string): Readonly<Record<string, string>> {
  switch (target) {
    case "cloudflare":
      return {
        "src/worker.js": workerText,
        "wrangler.toml": wranglerText(name),
        "test/edge.test.js": testText(target),
      };
    case "aws":
      return {
        "src/proxy.js": proxyText,
        "serverless.yml": serverlessText(name),
        "test/edge.test.js": testText(target),
      };
  }
}

export const gitignore = `node_modules/
build/
dist/
.wrangler/
.serverless/
# Secrets of the edge, then keys and tokens of clients.
.dev.vars
key.json
token.json
`;

/** npm's scripts and what they need, beside dpop-edge itself. */
export const packages = {
  cloudflare: {
    scripts: {
      check: "dpop-edge check --config config --target cloudflare",
      dev: "dpop-edge dev --config config --port 8787 --secrets .dev.vars",
      test: "node --test",
      "dry-run": "wrangler deploy --dry-run --outdir build/worker",
      deploy: "wrangler deploy",
    },
    devDependencies: { wrangler: "^4.156.2" },
    // Both bring a binary that their install script puts in place.
    allowScripts: { esbuild: true, workerd: true },
  },
  aws: {
    scripts: {
      check: "dpop-edge check --config config --target aws",
      dev: "dpop-edge dev --config config --port 8787 --secrets .dev.vars",
      test: "node --test",
      build:
        "dpop-edge compile --config config --target aws --out build/configuration.js && esbuild src/proxy.js --bundle --minify --platform=node --target=node24 --format=esm --outfile=build/proxy.mjs",
      package: "npm run build && osls package",
      deploy: "npm run build && osls deploy",
    },
    devDependencies: { esbuild: "^0.28.2", osls: "^4.3.1", wrangler: "^4.156.2" },
    // es5-ext, of osls, only greets.
    allowScripts: { "es5-ext": false, esbuild: true, workerd: true },
  },
} as const satisfies Record<InitTarget, unknown>;

const workerText = `import { proxy } from "dpop-edge/cloudflare";
// Written by dpop-edge compile, which wrangler runs first (wrangler.toml).
import configuration from "../build/configuration.js";

export { ReplayShard } from "dpop-edge/cloudflare";
export default proxy(configuration);
`;

const wranglerText = (name: string): string => `name = "${name}"
main = "src/worker.js"
# Once the route below is there:
# workers_dev = false
compatibility_date = "2026-11-01"
compatibility_flags = ["no_nodejs_compat", "no_nodejs_compat_v2", "fetch_legacy_url", "enable_request_signal"]
send_metrics = false
minify = true
upload_source_maps = true

# The two documents compile before every dev, dry run and deploy; a bad document stops them.
[build]
command = "npx dpop-edge compile --config config --target cloudflare --out build/configuration.js"
watch_dir = "config"

# Where used proofs are remembered.
[[durable_objects.bindings]]
name = "REPLAY"
class_name = "ReplayShard"

[[migrations]]
tag = "v1"
new_sqlite_classes = ["ReplayShard"]

# Each request logs one JSON line, with nothing secret in it.
[observability]
enabled = true

[observability.logs]
# The platform's own line a request would add its URL, query included.
invocation_logs = false

# The host that clients call, once your zone is on Cloudflare:
# [[routes]]
# pattern = "api.example.com/*"
# zone_name = "example.com"
`;

const proxyText = `import { createProxyHandler } from "dpop-edge/aws";
// Written by dpop-edge compile (npm run build).
import configuration from "../build/configuration.js";

export const handler = createProxyHandler(configuration);
`;

const serverlessText = (
  name: string,
): string => `# An HTTP API with the proxy in front of everything. Deploy: npm run deploy.
service: ${name}

provider:
  name: aws
  region: \${opt:region, env:AWS_REGION, 'eu-central-1'}
  stage: \${opt:stage, 'prod'}
  runtime: nodejs24.x
  architecture: arm64
  memorySize: 512
  timeout: 29
  logRetentionInDays: 30
  deploymentMethod: direct
  # Secrets by reference, never their text: two parameters of type SecureString, made once
  # (docs/aws.md of dpop-edge has the commands).
  environment: \${file(node_modules/dpop-edge/adapters/aws/environment.yml)}
  httpApi: { payload: "2.0" }

package:
  excludeDevDependencies: false
  patterns: ["!**", build/proxy.mjs]

functions:
  proxy:
    handler: build/proxy.handler
    description: Stands in front of the upstream (RFC 9449)
    role: AuthorizerRole
    events:
      - httpApi: "*"

resources:
  # The table of used proofs, and the role that may do what the function must.
  - \${file(node_modules/dpop-edge/adapters/aws/resources.yml)}
`;

const testText = (target: InitTarget): string => `import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startTestEdge } from "dpop-edge/testing/node";

// The two documents, running: with an issuer and an upstream of the test's own.
let edge;
before(async () => {
  edge = await startTestEdge({ config: "config", target: "${target}" });
});
after(() => edge?.stop());

const call = (kind) => edge.client[kind](edge.send, \`\${edge.origin}/api/hello\`);

test("a bound token with its proof passes", async () => {
  assert.equal((await call("call")).status, 200);
});

for (const [kind, code] of [
  ["stolen", "token.binding"],
  ["downgraded", "token.downgraded"],
  ["replayed", "proof.replayed"],
  ["expired", "token.expired"],
]) {
  test(\`\${kind} is refused\`, async () => {
    const answer = await call(kind);
    assert.equal(answer.status, 401);
    assert.equal((await answer.json()).code, code);
  });
}

test("a path without a rule is refused", async () => {
  const answer = await edge.client.call(edge.send, \`\${edge.origin}/elsewhere\`);
  assert.equal(answer.status, 401);
});
`;
