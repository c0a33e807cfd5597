import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { compileFolder, print } from "./documents.ts";
import { exit, UsageError } from "./exit.ts";
import { defaultSecretsFile, missingSecrets, readSecrets } from "./local-secrets.ts";
import { unusableSecrets } from "./unusable-secrets.ts";
import { type RunningWorker, startWorker } from "./workerd.ts";

const help = `Run the Worker under local workerd, with its Durable Object, from two documents.

Usage: dpop-edge dev [--config DIR] [--port N] [--secrets FILE] [--persist DIR] [--json]

  --config DIR     the folder with both documents (default: DPOP_EDGE_CONFIG, or config)
  --port N         where to listen on 127.0.0.1; 0 is any free port (default: 8787)
  --secrets FILE   NAME=value lines (default: .dev.vars, where there is one)
  --persist DIR    keep what the Durable Object remembers (default: forgotten at the end)
  --json           print {"ready": URL}, then an event a line, and problems as check --json does

Example: dpop-edge dev --config config --port 8787 --secrets .dev.vars

For trying, not for serving: X-Forwarded-Proto and CF-Connecting-IP of a client are believed here,
and a request whose Host or target makes no URL ends as a bare 500 of workerd's own.

Exit codes: 0 stopped by SIGINT or SIGTERM; 1 documents, secrets or port are wrong; 2 usage.
`;

interface Settings {
  readonly config: string | undefined;
  readonly port: number;
  readonly secrets: string | undefined;
  readonly persist: string | undefined;
  readonly json: boolean;
}

/** `dpop-edge dev`: resolves to the exit code, once a signal has stopped it. */
export async function dev(args: string[]): Promise<number> {
  const stopped = signalled();
  try {
    const settings = read(args);
    if (settings === undefined) {
      process.stdout.write(help);
      return exit.ok;
    }
    const worker = await start(settings);
    if (worker === undefined) return exit.wrong;
    const ready = settings.json ? JSON.stringify({ ready: worker.url }) : `ready on ${worker.url}`;
    process.stdout.write(`${ready}\n`);
    await stopped;
    await worker.stop();
    return exit.ok;
  } catch (fault) {
    const error = fault instanceof Error ? fault.message : String(fault);
    say(error);
    if (args.includes("--json")) process.stdout.write(`${JSON.stringify({ ok: false, error })}\n`);
    return fault instanceof UsageError ? exit.usage : exit.wrong;
  }
}

/** Undefined where the documents or the secrets are wrong, which is then said. */
async function start(settings: Settings): Promise<RunningWorker | undefined> {
  const compiled = compileFolder(settings.config, "cloudflare");
  print(compiled, settings.json && !compiled.ok);
  if (!compiled.ok) return undefined;
  const { configuration } = compiled;
  const absent = settings.secrets !== undefined && !existsSync(settings.secrets);
  const secrets = absent ? {} : readSecrets(settings.secrets);
  const missing = missingSecrets(configuration, secrets);
  if (absent || missing.length > 0) {
    if (absent) say(`There is no secrets file ${settings.secrets}.`);
    if (missing.length > 0) say(missingText(missing, settings.secrets));
    return undefined;
  }
  const unusable = await unusableSecrets(configuration, secrets);
  if (unusable.length > 0) {
    say(unusable.join("\n"));
    return undefined;
  }
  const worker = await startWorker({
    configuration,
    secrets,
    port: settings.port,
    ...(settings.persist === undefined ? {} : { persist: resolve(settings.persist) }),
    log: (line) => process.stdout.write(`${line}\n`),
  });
  if (configuration.publicOrigins.length > 0)
    say(`note: ${worker.url} is served as well as ${configuration.publicOrigins.join(", ")}`);
  return worker;
}

function missingText(missing: readonly string[], file = defaultSecretsFile): string {
  return [
    `Secrets that the documents name are missing in ${file}:`,
    ...missing.map((line) => `  ${line}`),
    "Another file can be named with --secrets FILE.",
  ].join("\n");
}

/** Undefined where help is wanted. */
function read(args: string[]): Settings | undefined {
  const { config, port = "8787", secrets, persist, json = false, help } = options(args);
  if (help) return undefined;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new UsageError(`--port must be a number from 0 to 65535, not ${port}.`);
  return { config, port: Number(port), secrets, persist, json };
}

function options(args: string[]) {
  const text = { type: "string" } as const;
  const help = { type: "boolean", short: "h" } as const;
  const json = { type: "boolean" } as const;
  const known = { config: text, port: text, secrets: text, persist: text, json, help };
  try {
    return parseArgs({ args, options: known }).values;
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault);
    throw new UsageError(`${reason}\nSee dpop-edge dev --help.`);
  }
}

/** The listeners stay: npm passes a second SIGINT on, which must not leave workerd behind. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    process.on("SIGINT", () => resolve());
    process.on("SIGTERM", () => resolve());
  });
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
