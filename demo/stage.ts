import { freePort } from "../cli/network/free-port.ts";
import { startWorker } from "../cli/workerd/workerd.ts";
import type { Configuration, JwtFinalizer } from "../src/configuration.ts";
import { type Issuer, type IssuerOptions, type Machine, startIssuer } from "./issuer.ts";
import { freshSecrets } from "./secrets.ts";
import type { Running } from "./server.ts";
import type { Stops } from "./stops.ts";
import { startUpstream } from "./upstream.ts";

/** What the documents take from the environment; known only once the ports are. */
export interface Environment extends Record<string, string> {
  readonly PUBLIC_ORIGIN: string;
  readonly ISSUER: string;
  readonly ISSUER_JWKS: string;
  readonly UPSTREAM_HOST: string;
}

export interface StageOptions {
  /** The documents, compiled. */
  readonly configure: (environment: Environment) => Configuration | Promise<Configuration>;
  /** Of access tokens, in seconds. */
  readonly lifetime?: number;
  /** The origin of a page that logs in at the issuer. */
  readonly page?: string;
  /** More clients of the issuer. */
  readonly machines?: readonly Machine[];
  /** Which issuer; oidc-provider where absent. */
  readonly start?: StartIssuer;
  /** Told of what takes long. */
  readonly say?: (text: string) => void;
  /** Receives each line that the edge logs. */
  readonly log?: (line: string) => void;
}

/** Issuer, edge and upstream, all running, and what the edge was made from. */
export interface Stage {
  readonly issuer: Issuer;
  /** The edge's public origin, which access tokens are for. */
  readonly origin: string;
  /** A protected URL behind the edge. */
  readonly resource: string;
  readonly scope: string;
  readonly upstream: Running;
  readonly configuration: Configuration;
  readonly secrets: Readonly<Record<string, string>>;
  /** What the upstream expects of an internal token. */
  readonly internal: Internal;
}

export interface Internal {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience?: readonly string[];
}

/** Whatever it starts is among the stops before it is waited for. */
export type StartIssuer = (options: IssuerOptions, stops: Stops) => Promise<Issuer>;

const startProvider: StartIssuer = async (options, stops) => stops.add(await startIssuer(options));

/** A second resource of the issuer, which is not this edge. */
export const elsewhere = "https://elsewhere.example";

export async function openStage(
  { configure, start = startProvider, lifetime = 300, page, machines = [], say, log }: StageOptions,
  stops: Stops,
): Promise<Stage> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const issuer = await start(
    {
      resources: [origin, elsewhere],
      lifetime,
      machines,
      ...(page === undefined ? {} : { page }),
      ...(say === undefined ? {} : { say }),
    },
    stops,
  );
  const upstream = await stops.add(await startUpstream(() => internal));
  const configuration = await configure({
    PUBLIC_ORIGIN: origin,
    ISSUER: issuer.url,
    ISSUER_JWKS: issuer.jwksUri,
    UPSTREAM_HOST: new URL(upstream.url).host,
  });
  const internal = internalTokens(configuration, origin);
  const secrets = freshSecrets(configuration);
  await stops.add(
    await startWorker({ configuration, secrets, port, ...(log === undefined ? {} : { log }) }),
  );
  const resource = `${origin}/api/orders`;
  return { issuer, origin, resource, scope: "read", upstream, configuration, secrets, internal };
}

/** As the documents' first finalizer of internal tokens makes them. */
function internalTokens(configuration: Configuration, origin: string): Internal {
  const finalizer = configuration.rules
    .flatMap((rule) => rule.finalizers)
    .find((each): each is JwtFinalizer => each.type === "jwt");
  if (finalizer === undefined) throw new Error("No rule of the documents mints an internal token.");
  const { signer, audience } = finalizer;
  const expected = { jwksUrl: `${origin}/.well-known/jwks`, issuer: signer.name };
  return audience === undefined ? expected : { ...expected, audience };
}
