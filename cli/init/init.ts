import { existsSync } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSecretFile } from "../../adapters/node/secret-file.ts";
import { isJsonObject, parseJson } from "../../src/jws/json.ts";
import { isRecord } from "../../src/record.ts";
import { exit, UsageError } from "../exit.ts";
import { fileText, isDirectory, writeGiven } from "../given-files.ts";
import { issuerMetadata } from "../network/issuer-metadata.ts";
import { dotenvLine, masterKeyText, signingKeyText } from "../secret/texts.ts";
import { shown } from "../terminal/shown.ts";
import { version } from "../version.ts";
import { type Answers, answers, type Given } from "./answers.ts";
import { type Ask, asking, type Question } from "./ask.ts";
import { type Issuer, mechanismsText, rulesText } from "./documents.ts";
import { gitignore, packages, projectFiles } from "./project.ts";

export interface InitOptions extends Given {
  readonly json?: boolean;
}

/** `dpop-edge init`: a project of one's own, that checks, runs and passes its tests at once. */
export async function init(named: string | undefined, options: InitOptions): Promise<number> {
  const asks = options.json !== true && process.stdin.isTTY === true && !process.env.CI;
  const told = asks
    ? await asking((ask) => everything(named, options, ask))
    : await everything(named, options, undefined);
  return await make(told.folder, told.answers, options.json === true);
}

async function everything(named: string | undefined, given: Given, ask: Ask | undefined) {
  const folder = named ?? (await ask?.(whichFolder));
  if (folder === undefined) {
    throw new UsageError("Name the folder to write: dpop-edge init DIR. A dot is this one.");
  }
  refuseOccupied(folder);
  return { folder, answers: await answers(given, ask) };
}

const whichFolder: Question = {
  ask: "Which folder? One that is new or empty; . is this one",
  otherwise: "api",
  wrong: (folder) => (occupied(folder) === undefined ? undefined : "a folder that is new or empty"),
};

async function make(folder: string, answered: Answers, json: boolean): Promise<number> {
  const issuer = await issuerOf(answered);
  const files: Record<string, string> = {
    ...projectFiles(answered, nameOf(folder)),
    "config/mechanisms.yaml": mechanismsText(answered, issuer),
    "config/rules.yaml": rulesText(answered),
    "package.json": packageText(folder, answered),
    ".gitignore": gitignore,
  };
  for (const [path, text] of Object.entries(files)) writeGiven(join(folder, path), text);
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
  const problem = occupied(folder);
  if (problem !== undefined) {
    throw new UsageError(`${folder} ${problem}: name a folder that is new or empty.`);
  }
}

function occupied(folder: string): string | undefined {
  if (existsSync(folder) && !isDirectory(folder)) return "is a file";
  const names = [".dev.vars", ".gitignore", "config", "src", "test", "wrangler.toml"];
  const found = [...names, "serverless.yml"].filter((name) => existsSync(join(folder, name)));
  return found.length === 0 ? undefined : `already has ${found.join(", ")}`;
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

/** As the project that we are installed in has it, be it a tarball or npx's own; else this version. */
function packageSpec(folder: string): string {
  const home = installedIn(fileURLToPath(import.meta.url)) ?? ".";
  const { dependencies } = packageIn(home);
  const spec = isRecord(dependencies) ? dependencies["dpop-edge"] : undefined;
  if (typeof spec !== "string") return `^${version()}`;
  if (!spec.startsWith("file:")) return spec;
  return `file:${relative(resolve(folder), resolve(home, spec.slice("file:".length)))}`;
}

/** Above the nearest node_modules; undefined in a checkout. */
function installedIn(file: string): string | undefined {
  const [home] = file.split(`${sep}node_modules${sep}dpop-edge${sep}`);
  return home === file ? undefined : home;
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
  // "to .." would be read as the folder above.
  const where = there === "" ? "this folder" : folder;
  const lines = [`Wrote ${files.length} files to ${where}.`, found, "", ...steps, "", next];
  process.stdout.write(`${shown(lines.join("\n"))}\n`);
}

/** What a person wants to see once it runs: a call that passes. */
const next =
  "A call with a token of your issuer: npx dpop-edge keygen, login, fetch (node_modules/dpop-edge/docs/cli.md)";

/** As a shell reads it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
