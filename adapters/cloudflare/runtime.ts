import { waitUntil } from "cloudflare:workers";
import type { Configuration } from "../../src/configuration.ts";
import { Fault } from "../../src/decision.ts";
import { columnsOf } from "../../src/event/columns.ts";
import type { EventSink } from "../../src/event.ts";
import { logLine } from "../../src/log-line.ts";
import { isRecord } from "../../src/record.ts";
import type { Region } from "../../src/replay/place.ts";
import type { EdgeRequest, ReplayStore, Runtime } from "../../src/runtime.ts";
import { webPlatform } from "../web/platform.ts";
import { clientCertificate } from "./client-certificate.ts";
import { createDurableReplay } from "./replay-durable.ts";
import { createGenerationReplay } from "./replay-generation.ts";
import { createDurableRevocations, type RevocationNamespace } from "./revocations-durable.ts";
import type { ShardNamespace } from "./shard-at.ts";

/**
 * What Workers give the core: its clock, network, secrets, the replay object and the log. `region`:
 * where the isolate's clients are.
 */
export function createRuntime(
  env: unknown,
  configuration: Pick<Configuration, "replay" | "revocation">,
  replayBinding: string,
  region: () => Region = () => "none",
): Runtime {
  return {
    ...webPlatform,
    secret: (origin) => ("binding" in origin ? text(binding(env, origin.binding)) : undefined),
    replay: outliving(
      replayStore(configuration.replay, namespace(env, replayBinding, "ReplayShard"), region),
    ),
    ...(configuration.revocation
      ? { revocations: createDurableRevocations(namespace(env, "REVOCATIONS", "RevocationList")) }
      : {}),
    outlive: waitUntil,
    emit: eventSink(env),
  };
}

/** Claims of many ride in one message, and a used proof leaves its event: asking outlives the client. */
function outliving(store: ReplayStore): ReplayStore {
  const { nonceRoute } = store;
  if (nonceRoute === undefined) return { ...store, claim: (claim) => outlived(store.claim(claim)) };
  return {
    ...store,
    claim: (claim) => outlived(store.claim(claim)),
    nonceRoute: (jkt, accepted) => {
      const route = nonceRoute(jkt, accepted);
      // The others are answered from what is at hand.
      return jkt !== undefined && accepted === undefined ? outlived(route) : route;
    },
  };
}

function outlived<T>(work: Promise<T>): Promise<T> {
  waitUntil(work.catch(() => undefined));
  return work;
}

function replayStore(
  { mode, regions, ...settings }: Configuration["replay"],
  namespace: ShardNamespace,
  region: () => Region,
): ReplayStore {
  switch (mode) {
    case "durable":
      return createDurableReplay({ ...settings, namespace });
    case "generation":
      return createGenerationReplay({
        ...settings,
        namespace,
        region: regions === "auto" ? region : () => "none",
      });
  }
}

/** CF-Connecting-IP and CF-Ray are set by Cloudflare over whatever a client sends. */
export function edgeRequest(
  request: Request,
  body: NonNullable<EdgeRequest["body"]>,
  dataCenter?: string,
): EdgeRequest {
  const { method, url, headers } = request;
  return {
    method,
    url,
    headers,
    body,
    clientAddress: headers.get("CF-Connecting-IP") ?? undefined,
    id: headers.get("CF-Ray") ?? undefined,
    region: dataCenter,
    clientCertificate: () => clientCertificate(request.cf),
  };
}

/** One JSON line a request, and one data point where an Analytics Engine data set is bound as EVENTS. */
function eventSink(env: unknown): EventSink {
  const events = binding(env, "EVENTS");
  return (event) => {
    console.log(logLine(event));
    if (isDataset(events)) events.writeDataPoint(columnsOf(event));
  };
}

/** A namespace of objects of that class. Throws a Fault that says how to bind it. */
function namespace(env: unknown, name: string, className: "ReplayShard"): ShardNamespace;
function namespace(env: unknown, name: string, className: "RevocationList"): RevocationNamespace;
function namespace(env: unknown, name: string, className: string): unknown {
  const found = binding(env, name);
  if (isRecord(found) && "idFromName" in found) return found;
  throw new Fault(
    `No Durable Object is bound as ${name}: in wrangler.toml add it to [[durable_objects.bindings]] and to a ` +
      `migration's new_sqlite_classes, as ${className}, which the entry module must export.`,
  );
}

function binding(env: unknown, name: string): unknown {
  return isRecord(env) && Object.hasOwn(env, name) ? Reflect.get(env, name) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isDataset(value: unknown): value is AnalyticsEngineDataset {
  return isRecord(value) && "writeDataPoint" in value;
}
