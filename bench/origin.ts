import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:net";

/** Both ends that the Worker talks to, as cheap as can be, and the keys of the issuer. */
export interface Origin {
  readonly upstreamPort: number;
  readonly issuerPort: number;
  readonly issuer: Party;
  stop(): void;
}

/** A key pair that signs compact JWS with ES256. */
export interface Party {
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly jkt: string;
  sign(header: object, payload: object): string;
}

/** A client with its key and its token, and the nonce that it was given last. */
export interface Client extends Party {
  readonly token: string;
  readonly ath: string;
  nonce?: string;
}

export async function startOrigin(): Promise<Origin> {
  const issuer = party();
  const upstream = await answering("text/plain", "upstream");
  const keys = JSON.stringify({ keys: [{ ...issuer.jwk, kid: "issuer-1", alg: "ES256" }] });
  const certs = await answering("application/json", keys);
  return {
    upstreamPort: upstream.port,
    issuerPort: certs.port,
    issuer,
    stop() {
      upstream.server.close();
      certs.server.close();
    },
  };
}

export function party(): Party {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { crv, kty, x, y } = publicKey.export({ format: "jwk" });
  const jwk = { kty, crv, x, y };
  return {
    jwk,
    jkt: sha256(JSON.stringify({ crv, kty, x, y })),
    sign: (header, payload) => compact(privateKey, header, payload),
  };
}

/** Access tokens of 200 clients and their keys; `bound`: to the key (RFC 9449 section 6). */
export function client(issuer: Party, audience: string, bound = true): Client {
  const own = party();
  const now = Math.floor(Date.now() / 1000);
  const token = issuer.sign(
    { alg: "ES256", typ: "at+jwt", kid: "issuer-1" },
    {
      iss: "https://idp.example",
      sub: `client-${own.jkt.slice(0, 8)}`,
      aud: audience,
      client_id: "bench",
      jti: randomBytes(16).toString("base64url"),
      scope: "read write",
      iat: now,
      exp: now + 86_400,
      ...(bound ? { cnf: { jkt: own.jkt } } : {}),
    },
  );
  return { ...own, token, ath: sha256(token) };
}

/** A proof for GET `htu`, with the client's nonce. */
export function proof(
  { jwk, ath, nonce, sign: signed }: Client,
  htu: string,
  changed: Readonly<Record<string, unknown>> = {},
): string {
  return signed(
    { typ: "dpop+jwt", alg: "ES256", jwk },
    {
      jti: randomBytes(16).toString("base64url"),
      htm: "GET",
      htu,
      iat: Math.floor(Date.now() / 1000),
      ath,
      ...(nonce === undefined ? {} : { nonce }),
      ...changed,
    },
  );
}

function compact(key: KeyObject, header: object, payload: object): string {
  const input = [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" });
  return `${input}.${signature.toString("base64url")}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** Answers whatever comes; a request never shares a packet with the next. */
async function answering(type: string, body: string): Promise<{ server: Server; port: number }> {
  const answer = Buffer.from(
    `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const server = createServer({ noDelay: true }, (socket) => {
    let tail = "";
    socket.on("data", (chunk) => {
      tail += chunk.toString("latin1");
      const end = tail.indexOf("\r\n\r\n");
      const length =
        /\r\ncontent-length: *(\d+)/i.exec(tail.slice(0, Math.max(end, 0)))?.[1] ?? "0";
      if (end === -1 || tail.length < end + 4 + Number(length)) return;
      tail = "";
      socket.write(answer);
    });
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no address");
  return { server: server.unref(), port: address.port };
}
