import { readFolder } from "../../cli/documents/folder.ts";
import type { Configuration } from "../../src/configuration.ts";
import { compile, formatProblem } from "../../src/documents/index.ts";
import { startIssuer } from "../issuer.ts";
import { freshSecrets } from "../secrets.ts";
import { elsewhere, type Stage } from "../stage.ts";
import type { Stops } from "../stops.ts";
import { startEmulator } from "./emulator.ts";
import { startGateway } from "./gateway.ts";
import { createTable, dynamoEnvironment, startDynamo } from "./table.ts";

const table = "replay";
const audience = "https://upstream.example";

/** Everything on 127.0.0.1, and what each part says of itself. */
export interface AwsStage extends Stage {
  readonly dynamo: string;
  readonly emulator: string;
}

/** Issuer, table, functions and gateway. `folder` has the two documents. */
export async function openAwsStage(folder: string, stops: Stops): Promise<AwsStage> {
  let emulatorUrl = "";
  const gateway = await stops.add(await startGateway(() => emulatorUrl));
  const origin = gateway.url;
  const issuer = await stops.add(await startIssuer({ resources: [origin, elsewhere] }));
  const dynamo = await stops.add(await startDynamo());
  await createTable(dynamo.url, table);
  const configuration = configure(folder, {
    PUBLIC_ORIGIN: origin,
    ISSUER: issuer.url,
    ISSUER_JWKS: issuer.jwksUri,
    UPSTREAM_AUDIENCE: audience,
  });
  const secrets = freshSecrets(configuration);
  const jwksUrl = `${origin}/.well-known/jwks`;
  const emulator = await stops.add(
    await startEmulator(configuration, {
      ...dynamoEnvironment(dynamo.url),
      ...secrets,
      REPLAY_TABLE: table,
      OUTCOMES_URL: gateway.outcomesUrl,
      INTERNAL_JWKS_URL: jwksUrl,
      INTERNAL_ISSUER: origin,
      INTERNAL_AUDIENCE: audience,
    }),
  );
  emulatorUrl = emulator.url;
  return {
    issuer,
    origin,
    resource: `${origin}/api/orders`,
    scope: "read",
    upstream: emulator,
    configuration,
    secrets,
    internal: { jwksUrl, issuer: origin, audience: [audience] },
    dynamo: dynamo.url,
    emulator: emulator.url,
  };
}

function configure(folder: string, environment: Readonly<Record<string, string>>): Configuration {
  const read = readFolder(folder);
  const compiled = read.ok ? compile(read.documents, { target: "aws", environment }) : read;
  if (compiled.ok) return compiled.configuration;
  throw new Error(compiled.problems.map(formatProblem).join("\n"));
}
