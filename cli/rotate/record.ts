import { existsSync, readFileSync, rmSync } from "node:fs";
import { writeSecretFile } from "../../adapters/node/secret-file.ts";
import { isJsonObject, type JsonValue, parseJson } from "../../src/jws/json.ts";
import { UsageError } from "../exit.ts";
import { type Before, type Done, type Step, steps } from "./plan.ts";

/** What is known of a rotation that is under way: ids and times, nothing secret. */
export interface Rotation extends Before {
  readonly from: string;
  readonly to: string;
}

type Rotations = Readonly<Record<string, Rotation>>;

/** Beside the secrets, so that whoever has the one has the other. */
export function recordFile(secretsFile: string): string {
  return `${secretsFile}.rotation.json`;
}

/** @throws UsageError where the file is no record */
export function readRotation(secretsFile: string, source: string): Rotation | undefined {
  const rotations = readRotations(recordFile(secretsFile));
  return Object.hasOwn(rotations, source) ? rotations[source] : undefined;
}

/** @param rotation undefined: it is over */
export async function writeRotation(
  secretsFile: string,
  source: string,
  rotation: Rotation | undefined,
): Promise<void> {
  const file = recordFile(secretsFile);
  const { [source]: _, ...others } = readRotations(file);
  const all = rotation === undefined ? others : { ...others, [source]: rotation };
  if (Object.keys(all).length === 0) return rmSync(file, { force: true });
  await writeSecretFile(file, `${JSON.stringify(all, null, 2)}\n`, { replace: true });
}

function readRotations(file: string): Rotations {
  if (!existsSync(file)) return {};
  const all = parseJson(readFileSync(file, "utf8"));
  const read = isJsonObject(all)
    ? Object.entries(all).map(([source, value]) => [source, rotationOf(value)] as const)
    : undefined;
  const rotations = read?.flatMap(([source, rotation]) => (rotation ? [[source, rotation]] : []));
  if (read === undefined || rotations?.length !== read.length) {
    throw new UsageError(
      `${file} is not what dpop-edge rotate writes: remove it, and what cannot be seen of the rotation is taken for not done.`,
    );
  }
  return Object.fromEntries(rotations);
}

function rotationOf(value: JsonValue): Rotation | undefined {
  if (!isJsonObject(value) || !isJsonObject(value.done ?? null)) return undefined;
  const { from, to, done: times, told } = value;
  if (typeof from !== "string" || typeof to !== "string") return undefined;
  const done: Partial<Record<Step, number>> = {};
  for (const step of steps) {
    const at = isJsonObject(times) ? times[step] : undefined;
    if (typeof at === "number") done[step] = at;
  }
  const last = steps.find((step) => step === told);
  return { from, to, done: done satisfies Done, ...(last === undefined ? {} : { told: last }) };
}
