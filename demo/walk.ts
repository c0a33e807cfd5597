import { decodeJwt } from "jose";
import { isRecord } from "../src/record.ts";
import { actAsAgent, type ClientOptions, type Exchange, logIn, type Session } from "./client.ts";
import { type Echo, parseEcho } from "./echo.ts";
import type { Issuer } from "./issuer.ts";
import { generateKeys } from "./keys.ts";

/** One thing that an honest client did; `ok` when it went as it must. */
export interface Step {
  readonly name: string;
  readonly text: string;
  readonly ok: boolean;
}
export type Tell = (step: Step) => void;

export interface Scene {
  readonly issuer: Issuer;
  /** The edge's public origin: what tokens are for. */
  readonly origin: string;
  /** A protected URL behind the edge. */
  readonly resource: string;
  readonly scope: string;
}

/** The honest flow, by openid-client as it comes from the registry. Its session is what gets stolen. */
export async function walk(scene: Scene, tell: Tell): Promise<Session> {
  const exchanges: Exchange[] = [];
  const keys = await generateKeys();
  const { issuer, origin, scope } = scene;
  const watch = (exchange: Exchange) => void exchanges.push(exchange);
  const options: ClientOptions = { issuer, resource: origin, scope, keys, watch };
  const session = await logIn(options);
  tellOfToken(scene, session, exchanges.splice(0), tell);

  const echo = await honestCall(session, scene, exchanges);
  tellOfFirstCall(scene, exchanges.splice(0), tell);
  tellOfUpstream(scene, session, echo, tell);

  await honestCall(session, scene, exchanges);
  const again = statuses(exchanges.splice(0));
  tell({
    name: "again",
    text: `a second call: ${again} at once, the client kept the nonce`,
    ok: again === "200",
  });

  const renewed = await session.refresh();
  await honestCall(renewed, scene, exchanges);
  tellOfRefresh(session, renewed, tell);

  const agent = await actAsAgent(options);
  const { caller } = await honestCall(agent, scene, exchanges);
  tell({
    name: "agent",
    text: `client credentials, no user: 200, sub ${caller.sub}`,
    ok: caller.sub !== scene.issuer.user,
  });
  return session;
}

/** Throws an Error that says how an honest request was refused. */
async function honestCall(
  session: Session,
  { resource }: Scene,
  exchanges: readonly Exchange[],
): Promise<Echo> {
  // On a challenge that no retry answers openid-client throws; the exchange says more.
  const answer = await session.call(resource).catch(() => undefined);
  if (answer?.status === 200) return parseEcho(await answer.text());
  const { status, response } = exchanges.at(-1) ?? {};
  const challenge = response?.get("www-authenticate") ?? "no challenge";
  throw new Error(`An honest request was refused: GET ${resource}: ${status}, ${challenge}`);
}

function tellOfToken(scene: Scene, session: Session, exchanges: readonly Exchange[], tell: Tell) {
  const { cnf, aud } = decodeJwt(session.accessToken);
  const bound = isRecord(cnf) ? cnf.jkt : undefined;
  const atToken = exchanges.filter(({ method }) => method === "POST");
  tell({ name: "key", text: `an ES256 key pair, thumbprint ${session.jkt}`, ok: true });
  tell({
    name: "code",
    text: `authorization code with PKCE and dpop_jkt; ${scene.issuer.user} logs in and agrees`,
    ok: true,
  });
  const { demandsNonce } = scene.issuer;
  const how = demandsNonce ? "asks for its nonce, then issues" : "demands no nonce, and issues";
  tell({
    name: "token",
    text: `the issuer ${how}: ${statuses(atToken)}, token_type ${session.tokenType}`,
    ok: statuses(atToken) === (demandsNonce ? "400, 200" : "200") && session.tokenType === "dpop",
  });
  tell({
    name: "bound",
    text: `cnf.jkt ${bound}, the client's key; aud ${[aud].flat().join(", ")}`,
    ok: bound === session.jkt && [aud].flat().includes(scene.origin),
  });
}

function tellOfRefresh(session: Session, renewed: Session, tell: Tell) {
  const { cnf } = decodeJwt(renewed.accessToken);
  const jkt = isRecord(cnf) ? cnf.jkt : undefined;
  tell({
    name: "refresh",
    text: `the refresh token and a proof by the same key: another token, bound to it too; a call: 200`,
    ok: jkt === session.jkt && renewed.accessToken !== session.accessToken,
  });
}

function tellOfFirstCall(scene: Scene, exchanges: readonly Exchange[], tell: Tell) {
  const [challenge, retry] = exchanges;
  const nonce = challenge?.response.get("dpop-nonce") ?? "";
  const asked = challenge?.response.get("www-authenticate") ?? "";
  tell({
    name: "call",
    text: `GET ${scene.resource} with the token and a proof`,
    ok: challenge?.proof === true,
  });
  tell({
    name: "challenge",
    text: `${challenge?.status} ${/error="(\w+)"/.exec(asked)?.[1]}, DPoP-Nonce ${short(nonce)}`,
    ok: challenge?.status === 401 && asked.includes('error="use_dpop_nonce"') && nonce !== "",
  });
  tell({
    name: "retry",
    text: `the same request, a new proof with the nonce: ${retry?.status}`,
    ok: exchanges.length === 2 && retry?.status === 200,
  });
}

function tellOfUpstream(scene: Scene, session: Session, echo: Echo, tell: Tell) {
  const { iss, sub, aud, url } = echo.caller;
  const leaked = JSON.stringify(echo).includes(session.accessToken) || "dpop" in echo.headers;
  tell({
    name: "upstream",
    text: `${echo.method} ${echo.url} with an internal token, verified: iss ${iss}, sub ${sub}, aud ${aud}`,
    ok: sub === scene.issuer.user,
  });
  tell({ name: "", text: `its claim url ${url}`, ok: url === scene.resource });
  tell({
    name: "",
    text: leaked
      ? "the client's token or proof reached it"
      : "nothing of the client's token or proof",
    ok: !leaked,
  });
}

function statuses(exchanges: readonly Exchange[]): string {
  return exchanges.map(({ status }) => status).join(", ");
}

function short(text: string): string {
  return text.length > 24 ? `${text.slice(0, 16)}...` : text;
}
