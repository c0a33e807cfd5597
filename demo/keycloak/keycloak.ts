import { copyFile, cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../cli/network/free-port.ts";
import type { Issuer, IssuerOptions } from "../issuer.ts";
import type { Stops } from "../stops.ts";
import { type Child, startChild } from "./child.ts";
import { distribution, version } from "./distribution.ts";

const realm = fileURLToPath(new URL("realm.json", import.meta.url));
/** Milliseconds for a start on a busy machine. */
const patience = 300_000;

/**
 * Keycloak with the realm of realm.json: real in everything but that its tokens are for this edge
 * and live as long as the demo wants.
 */
export async function startKeycloak(
  { resources: [audience], lifetime = 300, say = () => undefined }: IssuerOptions,
  stops: Stops,
): Promise<Issuer> {
  const home = await distribution(stops, say, (unpacked) => prepare(unpacked, stops));
  say(`Keycloak ${version} starts.`);
  await copyFile(realm, join(home, "data/import/realm.json"));
  const database = await ownDatabase(home, stops);
  const env = { DEMO_AUDIENCE: audience, DEMO_LIFETIME: String(lifetime) };
  const { url, child } = await start(home, "realms/demo", { database, env, realm: true }, stops);
  return {
    url,
    jwksUri: `${url}/protocol/openid-connect/certs`,
    about: `Keycloak ${version}, DPoP without nonces`,
    demandsNonce: false,
    user: "alice",
    password: "alice",
    stop: () => child.stop(),
  };
}

/** A first start builds the server and its database: half a minute that is spent once. */
async function prepare(home: string, stops: Stops): Promise<void> {
  await mkdir(join(home, "data/import"), { recursive: true });
  const { child } = await start(home, "realms/master", { env: {}, realm: false }, stops);
  await child.stop();
}

/** A copy: runs side by side know nothing of each other, and each begins anew. */
async function ownDatabase(home: string, stops: Stops): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dpop-edge-keycloak-"));
  await stops.add({ stop: () => rm(folder, { recursive: true, force: true }) });
  await cp(join(home, "data/h2"), folder, { recursive: true });
  return `jdbc:h2:file:${folder}/keycloakdb;NON_KEYWORDS=VALUE;DB_CLOSE_ON_EXIT=FALSE`;
}

interface Settings {
  /** The server's own where absent. */
  readonly database?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly realm: boolean;
}

/** On loopback; resolves once the realm answers. */
async function start(
  home: string,
  place: string,
  { database, env, realm }: Settings,
  stops: Stops,
): Promise<{ readonly url: string; readonly child: Child }> {
  const port = await freePort();
  const args = [
    "bin/kc.sh",
    "start-dev",
    "--http-host=127.0.0.1",
    `--http-port=${port}`,
    "--db=dev-file",
    ...(database === undefined ? [] : [`--db-url=${database}`]),
    ...(realm ? ["--import-realm"] : []),
  ];
  // A short life: the second compiler costs more than it saves.
  const java = { JAVA_OPTS_APPEND: "-XX:TieredStopAtLevel=1" };
  const child = await startChild("sh", args, { cwd: home, env: { ...java, ...env } }, stops);
  const url = `http://127.0.0.1:${port}/${place}`;
  const late = Date.now() + patience;
  while (child.running() && Date.now() < late) {
    const answer = await fetch(`${url}/.well-known/openid-configuration`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return { url, child };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await child.stop();
  throw new Error(`Keycloak did not start:\n${child.said()}`);
}
