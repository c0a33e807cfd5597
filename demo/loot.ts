import { randomBytes, randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { nonceKeys } from "../src/dpop/nonce-check.ts";
import { isRecord } from "../src/record.ts";
import { createSecrets, type SymmetricKey } from "../src/secrets.ts";
import { logIn, type Session } from "./client.ts";
import { generateKeys } from "./keys.ts";
import { mintNonce } from "./nonces.ts";
import type { Stage } from "./stage.ts";
import type { Loot } from "./thief.ts";
import { send } from "./wire.ts";

const twoMinutes = 120_000;

/** What the attacks are made with: the victim's session, and forgeries as good as they can be. */
export async function gatherLoot(stage: Stage, session: Session): Promise<Loot> {
  const { issuer, origin, resource, scope, upstream } = stage;
  const other = await logIn({ issuer, resource: origin, scope, keys: session.keys });
  return {
    resource,
    session,
    otherToken: other.accessToken,
    ...(await badNonces(stage)),
    upstream: upstream.url,
    forgedInternalToken: await forgeInternalToken(stage),
    send,
  };
}

/** As good as nonces can be that must not pass. */
export async function badNonces(
  stage: Stage,
): Promise<{ readonly forgedNonce: string; readonly expiredNonce: string }> {
  const foreign = { kid: "forged", bytes: new Uint8Array(randomBytes(32)) };
  const own = await masterKey(stage);
  return {
    forgedNonce: await mintNonce(foreign, stage.origin, Date.now()),
    expiredNonce: await mintNonce(own, stage.origin, Date.now() - twoMinutes),
  };
}

async function masterKey({ configuration, secrets }: Stage): Promise<SymmetricKey> {
  const { masterKey, secrets: sources } = configuration;
  if (masterKey === undefined) throw new Error("The documents have no master_key, so no nonces.");
  const read = (from: object) => ("binding" in from ? secrets[String(from.binding)] : undefined);
  return (await nonceKeys(createSecrets(sources, read), masterKey)).signing;
}

/** Right in every claim and in its kid, but for the key. */
async function forgeInternalToken({ internal, issuer }: Stage): Promise<string> {
  const { privateKey } = await generateKeys();
  const { audience } = internal;
  return new SignJWT(audience === undefined ? {} : { aud: [...audience] })
    .setProtectedHeader({ alg: "ES256", typ: "JWT", kid: await publishedKid(internal.jwksUrl) })
    .setIssuer(internal.issuer)
    .setSubject(issuer.user)
    .setJti(randomUUID())
    .setIssuedAt()
    .setNotBefore("0s")
    .setExpirationTime("1m")
    .sign(privateKey);
}

async function publishedKid(jwksUrl: string): Promise<string> {
  const set: unknown = await (await fetch(jwksUrl)).json();
  const keys: unknown = isRecord(set) ? set.keys : undefined;
  const [key]: unknown[] = Array.isArray(keys) ? keys : [];
  if (!isRecord(key) || typeof key.kid !== "string") {
    throw new Error(`${jwksUrl} publishes no key with a kid.`);
  }
  return key.kid;
}
