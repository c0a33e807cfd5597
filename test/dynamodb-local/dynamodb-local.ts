import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "../../cli/network/free-port.ts";
import type { Running } from "../../demo/server.ts";

const run = promisify(execFile);
const jars = fileURLToPath(new URL("../../build/dynamodb-local", import.meta.url));
const pom = fileURLToPath(new URL("pom.xml", import.meta.url));
const main = "software.amazon.dynamodb.services.local.main.ServerRunner";

/** Amazon's own DynamoDB Local, in memory. Fetches it with Maven, once; needs Java 17. */
export async function startDynamoLocal(): Promise<Running> {
  if (!existsSync(jars)) {
    const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
    // Under another name until it is complete: a download that broke off must not count.
    await run("mvn", ["-q", "-B", "-f", pom, goal, `-DoutputDirectory=${jars}.partial`]);
    await rename(`${jars}.partial`, jars);
  }
  const port = await freePort();
  const child = spawn(
    "java",
    [
      `-Djava.library.path=${jars}`,
      "-cp",
      `${jars}/*`,
      main,
      "-inMemory",
      "-port",
      `${port}`,
      "-disableTelemetry",
    ],
    // It writes a file of its own into the working directory.
    { cwd: jars, stdio: ["ignore", "ignore", "inherit"] },
  );
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) break;
    // It answers a GET with 400.
    const answer = await fetch(url).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error("DynamoDB Local did not start.");
}
