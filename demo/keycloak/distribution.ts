import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { NotHere } from "../not-here.ts";
import type { Stops } from "../stops.ts";
import { startChild } from "./child.ts";

const run = promisify(execFile);
export const version = "26.7.3";
const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:zip`;
const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack";
const home = fileURLToPath(new URL(`../../build/keycloak-${version}`, import.meta.url));

/**
 * The folder that Keycloak runs from, fetched once by Maven and kept in build/.
 * @throws NotHere where Java or Maven is missing, or Maven cannot fetch it
 */
export async function distribution(
  stops: Stops,
  say: (text: string) => void,
  prepare: (home: string) => Promise<void>,
): Promise<string> {
  await checkJava();
  if (existsSync(home)) return home;
  await run("mvn", ["--version"]).catch(() => {
    throw new NotHere("Keycloak is fetched by Maven, and there is no mvn here.");
  });
  // Under another name until it is complete: what broke off must not count.
  const partial = `${home}.${process.pid}`;
  try {
    say(`Keycloak ${version} is fetched and prepared, once: 177 MB, and a minute or two.`);
    const unpacked = join(partial, "unpacked");
    const args = ["-q", "-B", goal, `-Dartifact=${artifact}`, `-DoutputDirectory=${unpacked}`];
    // Where it runs Maven notes what it has unpacked, and does not do it again though that is gone.
    await mkdir(partial, { recursive: true });
    const maven = await startChild("mvn", args, { cwd: partial }, stops);
    if ((await maven.ended) !== 0) {
      const [why = ""] = maven.said().split("\n");
      throw new NotHere(`Maven could not fetch ${artifact}: ${why}`);
    }
    const [folder = ""] = await readdir(unpacked);
    await prepare(join(unpacked, folder));
    await rename(join(unpacked, folder), home).catch((error: unknown) => {
      // Another demo was faster.
      if (!existsSync(home)) throw error;
    });
    return home;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function checkJava(): Promise<void> {
  const { stderr } = await run("java", ["-version"]).catch(() => {
    throw new NotHere("Keycloak needs Java 17 or later, and there is no java here.");
  });
  const [, major = ""] = /version "(\d+)/.exec(stderr) ?? [];
  if (Number(major) >= 17) return;
  throw new NotHere(`Keycloak needs Java 17 or later, and this is Java ${major || "unknown"}.`);
}
