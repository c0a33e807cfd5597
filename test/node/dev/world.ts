import type { IncomingMessage } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { type RunningWorker, startWorker } from "../../../cli/workerd/workerd.ts";
import type { Configuration, JwtAuthenticator, Rule } from "../../../src/configuration.ts";
import { type DecisionEvent, decisionEvent } from "../../../src/documents/schema/event.ts";
import { type Loopback, listen } from "../../../testing/loopback.ts";
import {
  apiRule,
  configuration,
  dpopProof,
  issuer,
  jwtAuthenticator,
  type KeyPair,
  keyPair,
  origin,
} from "../../core/authorizer/world.ts";

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export interface Edge extends RunningWorker {
  /** What the Worker logged, a line each. */
  readonly lines: string[];
}

/** The events among its lines. */
export const eventsOf = ({ lines }: Edge): DecisionEvent[] =>
  lines
    .filter((line) => line.startsWith('{"v":1'))
    .map((line) => decisionEvent.parse(JSON.parse(line)));

const signing = await generateKeyPair("ES256", { extractable: true });
export const secrets: Readonly<Record<string, string>> = {
  DPOP_NONCE_KEYS: JSON.stringify({ keys: [{ kty: "oct", kid: "k1", k: "A".repeat(43) }] }),
  SIGNING_KEYS: JSON.stringify({
    keys: [{ ...(await exportJWK(signing.privateKey)), kid: "edge", alg: "ES256" }],
  }),
};

export interface Issuer extends Loopback {
  readonly jwks: string;
  /** How often its keys were fetched. */
  readonly asked: () => number;
  /** `life` as jose reads it. */
  accessToken(jkt: string, life?: string): Promise<string>;
}

/** An issuer whose keys take `delay` milliseconds to arrive. */
export async function startIssuer(delay = 0): Promise<Issuer> {
  const { privateKey, publicJwk } = await keyPair();
  const keys = JSON.stringify({ keys: [{ ...publicJwk, kid: "issuer-1", alg: "ES256" }] });
  let asked = 0;
  const server = await listen((_, response) => {
    asked += 1;
    setTimeout(() => response.setHeader("Content-Type", "application/json").end(keys), delay);
  });
  return {
    ...server,
    jwks: `${server.url}/certs`,
    asked: () => asked,
    accessToken: (jkt, life = "5m") =>
      new SignJWT({ sub: "alice", client_id: "agent", cnf: { jkt } })
        .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "issuer-1" })
        .setIssuer(issuer)
        .setAudience(origin)
        .setIssuedAt()
        .setExpirationTime(life)
        .sign(privateKey),
  };
}

export async function startEdge(
  settings: Configuration,
  changed: { secrets?: Readonly<Record<string, string>>; persist?: string; port?: number } = {},
): Promise<Edge> {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const worker = await startWorker({ configuration: settings, secrets, log, ...changed });
  return { ...worker, lines };
}

/** `/api/**` for whoever asks, forwarded to `host`. */
export function open(host: string, changed: Partial<Configuration> = {}): Configuration {
  return withRule(
    host,
    {
      authenticators: [{ type: "anonymous", id: "anyone", subject: "anonymous" }],
      finalizers: [],
    },
    changed,
  );
}

/** `/api/**` for proven tokens of the issuer at `jwks`, forwarded to `host`. */
export function proven(
  host: string,
  jwks: string,
  authenticator: Partial<JwtAuthenticator> = {},
  changed: Partial<Configuration> = {},
): Configuration {
  const keys = { ...jwtAuthenticator.keys, endpoint: { url: jwks, headers: {}, timeout: 5 } };
  const authenticators = [{ ...jwtAuthenticator, keys, ...authenticator }];
  return withRule(host, { authenticators }, changed);
}

function withRule(host: string, rule: Partial<Rule>, changed: Partial<Configuration>) {
  const forwardTo = {
    scheme: "http" as const,
    host,
    forwardHostHeader: true,
    stripQueryParameters: [],
  };
  return { ...configuration, rules: [{ ...apiRule, forwardTo, ...rule }], ...changed };
}

/** The headers of a request that is proven for `url`. */
export async function provenHeaders(
  key: KeyPair,
  token: string,
  url: string,
  claims: Record<string, unknown> = {},
): Promise<Record<string, string>> {
  const seconds = Math.floor(Date.now() / 1000);
  const proof = await dpopProof(key, token, seconds, { htu: url, ...claims });
  return { Authorization: `DPoP ${token}`, DPoP: proof };
}
