import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
export const root = fileURLToPath(new URL("../../../", import.meta.url));

export interface Resource {
  readonly Type: string;
  readonly DependsOn?: string | readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: a template is read as what the test expects of it
  readonly Properties: any;
}
export type Resources = Readonly<Record<string, Resource>>;

/** Packages without credentials and without a network; throws with the output where osls does. */
export async function packaged(
  config: string,
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly file: string; readonly resources: Resources }> {
  const args = ["node_modules/osls/bin/serverless.js", "package"];
  await run(process.execPath, [...args, "--config", config, "--package", folder], {
    cwd: root,
    env: {
      ...unprivileged(),
      ...environment,
      SLS_NOTIFICATIONS_MODE: "off",
      // Whoever asks the network for anything gets no answer.
      HTTPS_PROXY: "http://127.0.0.1:9",
      HTTP_PROXY: "http://127.0.0.1:9",
    },
  });
  const file = `${root}${folder}/cloudformation-template-update-stack.json`;
  return { file, resources: JSON.parse(await readFile(file, "utf8")).Resources };
}

function unprivileged(): Record<string, string | undefined> {
  const names = Object.keys(process.env).filter((name) => !name.startsWith("AWS_"));
  const kept = names.map((name) => [name, process.env[name]]);
  return { ...Object.fromEntries(kept), AWS_EC2_METADATA_DISABLED: "true" };
}

/** Names and properties of the resources of one type. */
export function ofType(resources: Resources, type: string): [string, Resource][] {
  return Object.entries(resources).filter(([, resource]) => resource.Type === type);
}
