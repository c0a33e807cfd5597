import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseEnv } from "node:util";
import { compileFolder } from "../../../cli/documents/compile-folder.ts";
import { dotenvLine, masterKeyText, signingKeyText } from "../../../cli/secret/texts.ts";
import { createAuthorizer } from "../../../src/authorizer.ts";
import type { Configuration } from "../../../src/configuration.ts";
import { createMemoryReplay } from "../../../src/dpop/replay-memory.ts";
import { allMechanisms } from "../../../src/mechanisms/all.ts";
import { type Ran, root } from "../cli/run-cli.ts";

/** Doubles of the platforms' tools: each call is a line, and what they store is a file. */
const tools = {
  wrangler: `case "$1" in
  secret) cat > "$STORE/$3" ;;
  deploy) rm -rf "$STORE/config" && cp -r config "$STORE/config" ;;
esac`,
  aws: `while [ "$1" != --name ]; do shift; done
cat > "$STORE/$(basename "$2")"`,
  osls: `rm -rf "$STORE/config" && cp -r config "$STORE/config"`,
};

const documents = (selects: { nonces?: string; tokens?: string }, watched: boolean) => ({
  mechanisms: `
serve:
  public_origin: https://api.example.com
${watched ? "  health: {access: {source: monitor}}" : ""}
secret_management:
  nonce_keys: {type: jwks, config: {secret: DPOP_NONCE_KEYS}}
  signing_keys: {type: pem, config: {secret: SIGNING_KEY_PEM}}
  monitor: {type: inline, config: {secret: MONITOR}}
replay: {regions: off}
master_key: {source: nonce_keys${selects.nonces ? `, selector: ${selects.nonces}` : ""}}
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - id: dpop_jwt
      type: jwt
      config:
        jwks_endpoint: {url: https://idp.example/certs}
        assertions:
          issuers: [https://idp.example]
          audience: [https://api.example.com]
          proof_of_possession: {type: dpop, config: {max_age: 2m}}
  finalizers:
    - id: internal_token
      type: jwt
      config:
        signer: {source: signing_keys${selects.tokens ? `, selector: ${selects.tokens}` : ""}}
        audience: https://upstream.example
        ttl: 5m
default_rule: {execute: [{authenticator: deny_all}, {finalizer: internal_token}]}
`,
  rules: `
rules:
  - id: api
    match: {routes: [{path: "/api/**"}]}
    forward_to: {host: upstream.example}
    execute: [{authenticator: dpop_jwt}, {finalizer: internal_token}]
`,
});

/** A project with its documents and secrets, deployed to a platform of doubles. */
export async function project({ watched }: { watched: boolean }) {
  const folder = mkdtempSync(join(tmpdir(), "dpop-edge-rotate-"));
  const [bin, store, calls] = ["bin", "store", "calls"].map((name) => join(folder, name));
  if (!bin || !store || !calls) throw new Error("no folder");
  for (const made of [bin, store, join(folder, "config")]) mkdirSync(made);
  for (const [tool, does] of Object.entries(tools)) {
    const file = join(bin, tool);
    writeFileSync(
      file,
      `#!/bin/sh\necho "${tool} $*" >> "$CALLS"\n[ -e "$STORE/broken" ] && exit 7\n${does}\n`,
    );
    chmodSync(file, 0o755);
  }
  const write = (selects: Parameters<typeof documents>[0]) => {
    for (const [name, text] of Object.entries(documents(selects, watched)))
      writeFileSync(join(folder, "config", `${name}.yaml`), text);
  };
  const secrets = join(folder, "production.vars");
  const texts = {
    DPOP_NONCE_KEYS: masterKeyText("k1"),
    SIGNING_KEY_PEM: await signingKeyText("s1"),
    MONITOR: "a-long-monitor-secret",
  };
  writeFileSync(
    secrets,
    `# as stored\n${Object.entries(texts)
      .map(([name, text]) => dotenvLine(name, text))
      .join("\n")}\n`,
  );
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(store, name), text);
  write({});
  cpSync(join(folder, "config"), join(store, "config"), { recursive: true });
  const edge = await serve(store);

  const session = startSession(folder, {
    PATH: `${bin}:${process.env.PATH}`,
    STORE: store,
    CALLS: calls,
  });
  const said: string[] = [];
  async function rotate(...args: string[]) {
    const ran = await session.run([
      "rotate",
      ...args,
      ...["--secrets", secrets, "--json"],
      ...(args.includes("--edge") ? [] : ["--edge", edge.url]),
    ]);
    said.push(ran.stdout, ran.stderr);
    return { ...ran, json: ran.stdout === "" ? {} : JSON.parse(ran.stdout) };
  }
  return {
    rotate,
    write,
    said,
    stored: (name: string) => readFileSync(join(store, name), "utf8"),
    kept: () => parseEnv(readFileSync(secrets, "utf8")),
    secrets,
    store,
    calls: () => readFileSync(calls, { encoding: "utf8", flag: "a+" }).trim().split("\n"),
    /** Nobody waits here: what was done is set back. */
    passes(seconds: number) {
      const file = `${secrets}.rotation.json`;
      const all = JSON.parse(readFileSync(file, "utf8"));
      for (const rotation of Object.values<{ done: Record<string, number> }>(all))
        for (const step of Object.keys(rotation.done))
          rotation.done[step] = (rotation.done[step] ?? 0) - seconds;
      writeFileSync(file, JSON.stringify(all));
    },
    async stop() {
      await session.stop();
      await edge.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** One process for all commands. */
function startSession(cwd: string, env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [`${root}test/node/rotate/session.ts`], {
    cwd,
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(args: readonly string[]): Promise<Ran> {
      child.stdin.write(`${JSON.stringify(args)}\n`);
      const { value } = await answers.next();
      return JSON.parse(value ?? "{}");
    },
    async stop() {
      child.stdin.end();
      await once(child, "close");
    },
  };
}

/** Compiled anew only where they have changed. */
function deployedDocuments(store: string): () => Configuration {
  let known: { readonly text: string; readonly configuration: Configuration } | undefined;
  return () => {
    const text = readFileSync(join(store, "config", "mechanisms.yaml"), "utf8");
    if (known?.text !== text) {
      const compiled = compileFolder(join(store, "config"), undefined);
      if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
      known = { text, configuration: compiled.configuration };
    }
    return known.configuration;
  };
}

/** An edge that reads what is stored at each request. */
async function serve(store: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const deployed = deployedDocuments(store);
  const server = createServer(async ({ url = "/", headers }, response) => {
    const configuration = deployed();
    const authorizer = createAuthorizer(
      { ...configuration, mechanisms: allMechanisms },
      {
        now: Date.now,
        fetch: () => Promise.reject(new Error("offline")),
        random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
        secret: (from) =>
          "binding" in from ? readFileSync(join(store, from.binding), "utf8") : undefined,
        replay: createMemoryReplay({ now: Date.now, window: configuration.replay.window }),
        emit: () => undefined,
      },
    );
    const answer = await authorizer.authorize({
      method: "GET",
      url: `https://api.example.com${url}`,
      headers: new Headers({ Authorization: headers.authorization ?? "" }),
    });
    response.statusCode = "status" in answer ? answer.status : 500;
    response.end("body" in answer ? answer.body : "");
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: () => new Promise((stopped) => server.close(() => stopped())),
  };
}
