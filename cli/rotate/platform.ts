import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { UnansweredError, UsageError } from "../exit.ts";
import type { Step } from "./plan.ts";
import type { Asked, Target } from "./rotating.ts";

/** A command; what is secret goes to its stdin, since every process of a machine sees arguments. */
export interface Command {
  readonly words: readonly string[];
  readonly stdin?: "the set";
}

/** @throws UsageError where the folder does not tell */
export function targetOf(asked: Target | undefined): Target {
  if (asked !== undefined) return asked;
  const cloudflare = ["wrangler.toml", "wrangler.json", "wrangler.jsonc"].some((file) =>
    existsSync(file),
  );
  const aws = existsSync("serverless.yml");
  if (cloudflare !== aws) return cloudflare ? "cloudflare" : "aws";
  throw new UsageError(
    `${cloudflare ? "There are both a wrangler.toml and a serverless.yml" : "There is neither a wrangler.toml nor a serverless.yml"} here: say --target cloudflare or --target aws.`,
  );
}

/** @param parameter of AWS: what the secret's text is stored as */
function storing(target: Target, binding: string, parameter: string): Command {
  return {
    words:
      target === "cloudflare"
        ? ["wrangler", "secret", "put", binding]
        : [
            ...["aws", "ssm", "put-parameter", "--overwrite", "--type", "SecureString"],
            ...["--name", parameter, "--value", "file:///dev/stdin"],
          ],
    stdin: "the set",
  };
}

/** @param own what deploys, where it is not the platform's usual command */
function deploying(target: Target, own: string | undefined): Command {
  if (own !== undefined) return { words: ["sh", "-c", own] };
  // Without --force nothing is deployed where only a parameter has changed, and instances stay.
  return {
    words: target === "cloudflare" ? ["wrangler", "deploy"] : ["osls", "deploy", "--force"],
  };
}

/** What a step runs. On AWS an instance reads a secret when it starts: deploying replaces them. */
export function commandsOf(step: Step, { subject, target, parameter, deploy }: Asked): Command[] {
  const deployed = deploying(target, deploy);
  if (step === "pin" || step === "select") return [deployed];
  const stored = storing(target, subject.binding, parameter ?? `/dpop-edge/${subject.binding}`);
  return target === "aws" ? [stored, deployed] : [stored];
}

/** As a person would type it. */
export function typed({ words, stdin }: Command): string {
  const [first, second, ...rest] = words;
  if (first === "sh" && second === "-c") return rest.join(" ");
  const line = words.join(" ");
  const npx = first === "aws" ? line : `npx ${line}`;
  return stdin === undefined ? npx : `${npx} < ${stdin.replaceAll(" ", "-")}`;
}

/**
 * Runs it with the project's own tools first; what it says goes to stderr.
 * @throws UsageError where there is no such tool, UnansweredError where it fails
 */
export async function run(command: Command, set: string | undefined): Promise<void> {
  const [tool = "", ...args] = command.words;
  const path = [join(process.cwd(), "node_modules", ".bin"), process.env.PATH].join(delimiter);
  const child = spawn(tool, args, {
    stdio: ["pipe", 2, 2],
    env: { ...process.env, PATH: path },
  });
  // A tool that ends before it has read all says so by its exit code.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(command.stdin === undefined ? "" : (set ?? ""));
  const code = await once(child, "close").then(
    ([ended]) => ended,
    () => {
      throw new UsageError(`${tool} cannot be started: install it, or take the steps by hand.`);
    },
  );
  if (code !== 0)
    throw new UnansweredError(`${typed(command)} ended with ${code}: the step is not done.`);
}
