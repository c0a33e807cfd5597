import { vi } from "vitest";
import type { Configuration } from "../../../src/configuration.ts";
import { createMemoryReplay } from "../../../src/dpop/replay-memory.ts";
import type { ReplayStore, Runtime } from "../../../src/runtime.ts";
import {
  clientKey,
  configuration,
  createWorld,
  dpopProof,
  type World,
} from "../../core/authorizer/world.ts";

export interface AwsWorld {
  readonly world: World;
  readonly runtime: Runtime;
  /** Lines that went to the log, whichever way. */
  readonly log: string[];
}

/** A runtime whose clock, issuer, secrets and store are in the test's hands. */
export function createAwsWorld(
  settings: Configuration = configuration,
  changed: Partial<Runtime> = {},
): AwsWorld {
  const world = createWorld(settings);
  const log: string[] = [];
  for (const level of ["log", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation((line: string) => void log.push(line));
  const now = () => world.clock.seconds * 1000;
  const replay: ReplayStore = createMemoryReplay({ now, window: settings.replay.window });
  const runtime: Runtime = {
    now,
    fetch: () => world.jwks(),
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    secret: (from) => ("binding" in from ? world.secrets[from.binding] : undefined),
    replay,
    emit: (event) => console.log(JSON.stringify(event)),
    ...changed,
  };
  return { world, runtime, log };
}

/** Headers of a request that passes once it has a nonce. */
export async function provenHeaders(
  { world }: AwsWorld,
  proof: Record<string, unknown> = {},
  claims: Record<string, unknown> = {},
): Promise<{ Authorization: string; DPoP: string }> {
  const token = await world.accessToken({ cnf: { jkt: clientKey.jkt }, ...claims });
  const made = await dpopProof(clientKey, token, world.clock.seconds, proof);
  return { Authorization: `DPoP ${token}`, DPoP: made };
}
