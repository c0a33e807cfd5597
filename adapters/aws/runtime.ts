import type { Configuration } from "../../src/configuration.ts";
import { Fault } from "../../src/decision.ts";
import { logLine } from "../../src/log-line.ts";
import type { Runtime } from "../../src/runtime.ts";
import { webPlatform } from "../web/platform.ts";
import { createAwsCall, type Environment } from "./aws-call.ts";
import { embeddedMetrics } from "./embedded-metrics.ts";
import { createDynamoReplay } from "./replay-dynamodb.ts";
import { createDynamoRevocations } from "./revocations-dynamodb.ts";
import { createSecretReader } from "./secret-reader.ts";

/**
 * What Lambda gives the core: its clock, network and log, secrets from the environment or by
 * reference, and the tables that REPLAY_TABLE and REVOCATION_TABLE name, in AWS_REGION.
 * @throws Fault where the documents have serve.revocation and no table is named
 */
export function createLambdaRuntime(
  { replay, revocation }: Pick<Configuration, "replay" | "revocation">,
  environment: Environment = process.env,
): Runtime {
  // With on_failure: pass everybody who is revoked would pass, for good.
  if (revocation && !environment.REVOCATION_TABLE) throw new Fault(listUnnamed);
  const { now, random } = webPlatform;
  const call = createAwsCall(environment);
  const region = environment.AWS_REGION ?? "us-east-1";
  const metrics = environment.METRICS_NAMESPACE;
  return {
    ...webPlatform,
    region,
    secret: createSecretReader(environment, call),
    replay: createDynamoReplay({
      call,
      table: environment.REPLAY_TABLE,
      region,
      regional: replay.regions === "auto",
      window: replay.window,
      now,
      random,
    }),
    ...(revocation
      ? {
          revocations: createDynamoRevocations({
            call,
            table: environment.REVOCATION_TABLE,
            region,
            now,
          }),
        }
      : {}),
    emit: (event) =>
      console.log(
        logLine(metrics === undefined ? event : { ...event, ...embeddedMetrics(event, metrics) }),
      ),
  };
}

const listUnnamed =
  "REVOCATION_TABLE is not set, and the documents have serve.revocation: name the DynamoDB table of the list in the function's environment.";
