import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { writeSecretFile } from "../../adapters/node/secret-file.ts";
import { isJsonObject, parseJson } from "../../src/jws/json.ts";
import { isRecord } from "../../src/record.ts";
import { exit, UsageError } from "../exit.ts";
import { fileText } from "../given-files.ts";
import { issuerMetadata } from "../network/issuer-metadata.ts";
import { dotenvLine, masterKeyText, signingKeyText } from "../secret/texts.ts";
import { shown } from "../terminal/shown.ts";
import { version } from "../version.ts";
import { type Answers, answers, type Given } from "./answers.ts";
import { type Issuer, mechanismsText, rulesText } from "./documents.ts";
import { gitignore, packages, projectFiles } from "./project.ts";

export interface InitOptions extends Given {
  readonly json?: boolean;
}

/** `dpop-edge init`: a project of one's own, that checks, runs and passes its tests at once. */
export async function init(folder: string, options: InitOptions): Promise<number> {
  const { json = false } = options;
  const asking = !json && process.stdin.isTTY === true && !process.env.CI;
  refuseOccupied(folder);
  const answered = await answers(options, asking);
  const issuer = await issuerOf(answered);
  const files: Record<string, string> = {
    ...projectFiles(answered, nameOf(folder)),
    "config/mechanisms.yaml": mechanismsText(answered, issuer),
    "config/rules.yaml": rulesText(answered),
    "package.json": packageText(folder, answered),
    ".gitignore": gitignore,
  };
  for (const [path, text] of Object.entries(files)) write(join(folder, path), text);
  const secrets = [
    dotenvLine("DPOP_NONCE_KEYS", masterKeyText()),
    dotenvLine("SIGNING_KEY_PEM", await signingKeyText()),
  ];
  await writeSecretFile(join(folder, ".dev.vars"), `${secrets.join("\n")}\n`);
  tell(folder, [...Object.keys(files), ".dev.vars"], issuer, json);
  return exit.ok;
}

/** Nothing of the user's is written over; a package.json is added to. */
function refuseOccupied(folder: string): void {
  const names = [".dev.vars", ".gitignore", "config", "src", "test", "wrangler.toml"];
  const found = [...names, "serverless.yml"].filter((name) => existsSync(join(folder, name)));
  const [first] = found;
  if (first === undefined) return;
  throw new UsageError(
    `${folder} already has ${found.join(", ")}: name a folder that is new or empty.`,
  );
}

async function issuerOf({ issuer }: Answers): Promise<Issuer> {
  const metadata = await issuerMetadata(issuer, (url, request) => fetch(url, request));
  return { issuer: metadata.known ? metadata.issuer : issuer, metadata };
}

function packageText(folder: string, { target }: Answers): string {
  const own = packageIn(folder);
  const section = (name: string) => (isRecord(own[name]) ? own[name] : {});
  const { scripts, devDependencies, allowScripts } = packages[target];
  const merged = {
    name: nameOf(folder),
    private: true,
    ...own,
    type: "module",
    engines: { node: ">=22.18", ...section("engines") },
    // npm init's own "test" only says that there is none.
    scripts: { ...section("scripts"), ...scripts },
    dependencies: { "dpop-edge": packageSpec(folder), ...section("dependencies") },
    devDependencies: { ...devDependencies, ...section("devDependencies") },
    allowScripts: { ...allowScripts, ...section("allowScripts") },
  };
  return `${JSON.stringify(merged, undefined, 2)}\n`;
}

/** Of the package, and of what is deployed: two projects of one account must not be one. */
function nameOf(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replaceAll(/^[-0-9]+|-+$/g, "");
  return name || "dpop-edge";
}

/** The package.json of a folder; empty where there is none. @throws UsageError where it is no JSON */
function packageIn(folder: string): Readonly<Record<string, unknown>> {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return {};
  const found = parseJson(fileText(file));
  if (isJsonObject(found)) return found;
  throw new UsageError(`${file} is no JSON object: mend it first, and nothing of it is lost.`);
}

/** As the project that runs us has it, be it a tarball; else the version that this is. */
function packageSpec(folder: string): string {
  const fallback = `^${version()}`;
  const own = packageIn(".");
  const dependencies = isRecord(own.dependencies) ? own.dependencies : {};
  const spec = dependencies["dpop-edge"];
  if (typeof spec !== "string") return fallback;
  if (!spec.startsWith("file:")) return spec;
  return `file:${relative(resolve(folder), resolve(spec.slice("file:".length)))}`;
}

function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file} cannot be written: ${because}`);
  }
}

function tell(folder: string, files: string[], { issuer, metadata }: Issuer, json: boolean): void {
  const commands = ["npm install", "npm test", "npm run dev"];
  if (json) {
    process.stdout.write(`${JSON.stringify({ ok: true, folder, files, commands })}\n`);
    return;
  }
  const found = metadata.known
    ? `${issuer} told where its keys are: ${metadata.jwksUrl}`
    : `${metadata.why}: config/mechanisms.yaml asks the issuer's metadata when it runs.`;
  const there = relative(process.cwd(), resolve(folder));
  const [first = "", ...rest] = commands;
  const steps = [there === "" ? first : `cd ${quoted(there)} && ${first}`, ...rest];
  const lines = [`Wrote ${files.length} files to ${folder}.`, found, "", ...steps];
  process.stdout.write(`${shown(lines.join("\n"))}\n`);
}

/** As a shell reads it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
