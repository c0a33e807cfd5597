import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { bundleFunctions, functions } from "../../cli/bundle/functions.ts";
import { freePort } from "../../cli/network/free-port.ts";
import type { Configuration } from "../../src/configuration.ts";
import type { Running } from "../server.ts";
import { region } from "./table.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const entry = fileURLToPath(new URL("./offline-authorizer.ts", import.meta.url));
const patience = 30_000;

/**
 * API Gateway and Lambda as serverless-offline emulates them, from the routes of serverless.yml,
 * with the bundles that would be deployed. `environment` is every function's.
 */
export async function startEmulator(
  configuration: Configuration,
  environment: Readonly<Record<string, string>>,
): Promise<Running> {
  await mkdir(join(root, "build/aws"), { recursive: true });
  // Inside the repository, where the plugin finds itself.
  const folder = await mkdtemp(join(root, "build/aws/demo-"));
  const remove = () => rm(folder, { recursive: true });
  try {
    const { proxy: _, ...deployed } = functions;
    await bundleFunctions(configuration, folder, { ...deployed, authorizer: entry });
    const port = await freePort();
    await writeFile(
      join(folder, "serverless.json"),
      JSON.stringify(await service(port, environment)),
    );
    return await start(folder, `http://127.0.0.1:${port}`, remove);
  } catch (fault) {
    await remove();
    throw fault;
  }
}

async function start(folder: string, url: string, remove: () => Promise<void>): Promise<Running> {
  const osls = join(root, "node_modules/osls/bin/serverless.js");
  const child = spawn(process.execPath, [osls, "offline", "start"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, SLS_NOTIFICATIONS_MODE: "off", NO_COLOR: "1", FORCE_COLOR: undefined },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await remove();
  };
  try {
    await ready(child, url);
    return { url, stop };
  } catch (fault) {
    await stop();
    throw new Error(`serverless-offline did not start: ${fault}\n${said}`);
  }
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  const until = Date.now() + patience;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const answer = await fetch(`${url}/.well-known/jwks`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it did not answer within ${patience} ms`);
}

/** serverless.yml, as far as the emulator needs it. */
async function service(port: number, environment: Readonly<Record<string, string>>) {
  const declared = parse(await readFile(join(root, "serverless.yml"), "utf8"), {
    customTags: [{ tag: "!Sub", resolve: (text: string) => text }],
  });
  const emulated = Object.entries(declared.functions).map(([name, each]) => [
    name,
    { handler: `${name}.handler`, events: Reflect.get(Object(each), "events") ?? [] },
  ]);
  const { name, runtime } = declared.provider;
  return {
    service: declared.service,
    plugins: ["serverless-offline"],
    provider: { name, runtime, region, stage: "prod", environment },
    functions: Object.fromEntries(emulated),
    custom: {
      "serverless-offline": {
        host: "127.0.0.1",
        httpPort: port,
        lambdaPort: await freePort(),
        noPrependStageInUrl: true,
        noTimeout: true,
        useInProcess: true,
      },
    },
  };
}
