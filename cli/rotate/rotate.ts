import type { Configuration } from "../../src/configuration.ts";
import { compileFolder, print } from "../documents/compile-folder.ts";
import { exit, UsageError } from "../exit.ts";
import { secured } from "../network/secured.ts";
import { readSecrets, type Secrets } from "../secret/local-secrets.ts";
import { replaceAtOnce } from "./compromised.ts";
import { type KeySet, keySet } from "./key-set.ts";
import { looksAt, monitorOf } from "./looks.ts";
import { plan } from "./plan.ts";
import { targetOf } from "./platform.ts";
import { readRotation, writeRotation } from "./record.ts";
import { sayIdle, sayNext } from "./report.ts";
import type { Target } from "./rotating.ts";
import { believed, isStep, rotationOf } from "./rotation.ts";
import { type Kind, type Subject, subjectOf } from "./subject.ts";
import { take } from "./take.ts";

export interface RotateOptions {
  readonly config?: string;
  readonly secrets: string;
  readonly kid?: string;
  readonly source?: string;
  readonly edge?: string;
  readonly target?: Target;
  readonly parameter?: string;
  readonly deploy?: string;
  readonly apply?: boolean;
  readonly done?: boolean;
  readonly compromised?: boolean;
  readonly json?: boolean;
}

/** `dpop-edge rotate`: finds out where a rotation stands, and tells or takes the one next step. */
export async function rotate(kind: Kind, options: RotateOptions): Promise<number> {
  const target = targetOf(options.target);
  const compiled = compileFolder(options.config, target);
  if (!compiled.ok) {
    print(compiled, options.json ?? false);
    return exit.wrong;
  }
  const { configuration } = compiled;
  const subject = subjectOf(configuration, kind, options.source);
  const secrets = readSecrets(options.secrets);
  const set = await kept(subject, secrets, options.secrets);
  const asked = { ...options, target, subject, set };
  if (options.compromised) return await replaceAtOnce(asked);
  const known = readRotation(options.secrets, subject.source);
  const rotation = rotationOf(known, subject, set, options.kid);
  if (rotation === undefined) return sayIdle(asked);
  const deployment = await deploymentOf(configuration, secrets, options.edge);
  const standing = {
    ...rotation,
    here: { holds: set.kids, selects: subject.selects },
    looks: await looksAt(deployment, subject, fetch),
    before: rotation,
    now: Math.floor(Date.now() / 1000),
    periods: subject.periods,
  };
  const found = plan(standing);
  const judged = options.done ? believed(standing, found) : found;
  const { next, done } = judged;
  const { from, to } = rotation;
  const record = { from, to, done, ...(isStep(next.do) ? { told: next.do } : {}) };
  await writeRotation(options.secrets, subject.source, next.do === "done" ? undefined : record);
  const rotating = { ...asked, rotation: record, plan: judged, deployment };
  if (options.apply && isStep(next.do)) return await take(next.do, rotating);
  return sayNext(rotating);
}

async function kept(subject: Subject, secrets: Secrets, file: string): Promise<KeySet> {
  const text = secrets[subject.binding];
  if (text) return await keySet(text, subject);
  throw new UsageError(
    `${file} has no ${subject.binding}. Write the set there that is stored now, as ${subject.binding}='...': neither the edge nor Cloudflare gives it back. Where nobody has it: --compromised makes a new master key at once, and each client is challenged once.`,
  );
}

async function deploymentOf(
  configuration: Configuration,
  secrets: Secrets,
  edge: string | undefined,
) {
  const [origin = edge] = edge === undefined ? configuration.publicOrigins : [edge];
  if (origin === undefined || !URL.canParse(origin)) {
    throw new UsageError("Say with --edge where the edge is: --edge https://api.example.com.");
  }
  const url = new URL(origin);
  const monitor = await monitorOf(configuration, secrets);
  return monitor === undefined ? { origin: url.origin } : { origin: secured(url).origin, monitor };
}
