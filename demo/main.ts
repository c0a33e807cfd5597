import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBrowser } from "../cli/terminal/open-browser.ts";
import { commands } from "./commands.ts";
import { compiled, documentsIn } from "./documents.ts";
import { type Flags, readFlags, usage } from "./flags.ts";
import { issuers } from "./issuers.ts";
import { createNarrator, type Narrator } from "./narrator.ts";
import { NotHere } from "./not-here.ts";
import { createPaint } from "./paint.ts";
import { type Performance, play } from "./play.ts";
import { openPlayground, type Playground } from "./playground.ts";
import { interrupted, keepingSignals } from "./signal.ts";
import { type Environment, openStage, type Stage } from "./stage.ts";
import { createStops, type Stops } from "./stops.ts";

const shipped = fileURLToPath(new URL("../config", import.meta.url));
const flags = readFlags(process.argv.slice(2));
if ("wrong" in flags) {
  process.stderr.write(`${flags.wrong}\n`);
  process.exitCode = 2;
} else if (flags.help) {
  process.stdout.write(usage);
} else {
  process.exitCode = await perform(flags);
}

/** 0: all as it must be, or its issuer cannot run here. 1: not. 130 or 143: interrupted before the end. */
async function perform(flags: Flags): Promise<number> {
  const signal = interrupted();
  const stops = createStops();
  try {
    if (flags.page) {
      const opened = await Promise.race([openPage(flags, stops), signal]);
      if ("code" in opened) return opened.code;
      await signal;
      return 0;
    }
    const ended = await Promise.race([run(flags, stops), signal]);
    if ("code" in ended) return ended.code;
    if (flags.keep) await signal;
    return ended.report.ok ? 0 : 1;
  } catch (error) {
    if (error instanceof NotHere) {
      const { message } = error;
      const said = flags.json ? JSON.stringify({ skipped: message }) : `SKIPPED: ${message}`;
      process.stdout.write(`${said}\n`);
      return 0;
    }
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await stops.all();
  }
}

async function openPage(flags: Flags, stops: Stops): Promise<Playground> {
  const documents = documentsIn(flags.config ?? shipped);
  const configure = (environment: Environment) => compiled(documents, environment);
  const shown = flags.events ? { log: printed } : {};
  const playground = await keepingSignals(() => openPlayground({ configure, ...shown }, stops));
  const { url } = playground;
  if (flags.json) process.stdout.write(`${JSON.stringify({ page: url })}\n`);
  else process.stdout.write(`\nThe playground: ${url}\n\nEnd it with Ctrl-C.\n`);
  if (process.stdout.isTTY) openBrowser(url);
  return playground;
}

async function run(flags: Flags, stops: Stops): Promise<Performance> {
  const began = performance.now();
  const write = (text: string) => process.stdout.write(text);
  const paint = createPaint(process.stdout.isTTY, process.env);
  const narrator = createNarrator(
    flags.json ? () => undefined : write,
    paint,
    process.stdout.columns,
  );
  const documents = documentsIn(flags.config ?? shipped);
  const configure = (environment: Environment) => compiled(documents, environment);
  // Whoever tries things by hand takes longer than a script.
  const lifetime = flags.keep ? 3600 : 300;
  const { issuer } = flags;
  const other =
    issuer === undefined || issuer === "oidc-provider" ? {} : { start: issuers[issuer] };
  const shown = flags.events ? { log: printed } : {};
  narrator.heading("dpop-edge");
  // miniflare's own listeners would end the process before the rest is stopped.
  const stage = await keepingSignals(() =>
    openStage({ configure, lifetime, say: narrator.line, ...other, ...shown }, stops),
  );
  tellStage(stage, flags, narrator);
  const played = await play(stage, narrator);
  if (flags.json) write(`${JSON.stringify(played.report, undefined, 2)}\n`);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  narrator.heading(`${verdict(played)} ${seconds} s.`);
  if (flags.keep && !flags.json) await tellCommands(stage, played, stops, write);
  return played;
}

function printed(line: string): void {
  process.stderr.write(`${line}\n`);
}

function tellStage(stage: Stage, { config }: Flags, narrator: Narrator): void {
  narrator.pairs([
    ["issuer", stage.issuer.url, stage.issuer.about],
    [
      "edge",
      stage.origin,
      `the Worker under workerd, with its Durable Object, from ${config ?? "config"}/`,
    ],
    ["upstream", stage.upstream.url, "echoes, and verifies the internal token"],
  ]);
}

function verdict({ report }: Performance): string {
  const caught = report.attacks.filter((outcome) => outcome.caught).length;
  const honest = report.steps.every(({ ok }) => ok)
    ? "Everything honest passed"
    : "Something honest did NOT go as it must";
  return `${honest}; ${caught} of ${report.attacks.length} attacks caught.`;
}

async function tellCommands(
  stage: Stage,
  { session }: Performance,
  stops: Stops,
  write: (text: string) => void,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dpop-edge-demo-"));
  await stops.add({ stop: () => rm(folder, { recursive: true, force: true }) });
  write(
    "All of it is left running. Try from another terminal in this folder, and end it with Ctrl-C:\n\n",
  );
  for (const line of commands(stage, session, folder)) write(`${line}\n`);
}
