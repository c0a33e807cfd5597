import { isRecord } from "../../src/record.ts";
import { actAsAgent, type ClientOptions, type Exchange, logIn, type Session } from "../client.ts";
import { generateKeys } from "../keys.ts";
import type { Tell } from "../walk.ts";
import type { AwsStage } from "./stage.ts";

/** The honest flow, by openid-client as it comes from the registry. */
export async function walk(stage: AwsStage, tell: Tell): Promise<Session> {
  const exchanges: Exchange[] = [];
  const { issuer, origin, resource, scope } = stage;
  const watch = (exchange: Exchange) => void exchanges.push(exchange);
  const keys = await generateKeys();
  const options: ClientOptions = { issuer, resource: origin, scope, keys, watch };
  const session = await logIn(options);
  exchanges.splice(0);
  const call = async (caller: Session) => {
    const answer = await caller.call(resource);
    return claimsIn(await answer.text());
  };

  const claims = await call(session);
  const [challenge, retry] = exchanges.splice(0);
  const asked = challenge?.response.get("www-authenticate") ?? "";
  const nonce = challenge?.response.get("dpop-nonce") ?? "";
  tell({
    name: "challenge",
    text: `${challenge?.status} by the ACCESS_DENIED response: ${/error="\w+"/.exec(asked)?.[0]}, DPoP-Nonce ${nonce.slice(0, 16)}...`,
    ok: challenge?.status === 401 && asked.includes('error="use_dpop_nonce"') && nonce !== "",
  });
  tell({
    name: "retry",
    text: `a new proof with the nonce: ${retry?.status}`,
    ok: retry?.status === 200,
  });
  tell({
    name: "upstream",
    text: `the example function verified the internal token: iss ${claims.iss}, sub ${claims.sub}, aud ${claims.aud}`,
    ok: claims.sub === issuer.user,
  });

  await call(session);
  const again = exchanges.splice(0).map(({ status }) => status);
  tell({
    name: "again",
    text: `a second call: ${again} at once, the client kept the nonce`,
    ok: again.join() === "200",
  });

  const agent = await call(await actAsAgent(options));
  tell({
    name: "agent",
    text: `client credentials, no user: sub ${agent.sub}`,
    ok: agent.sub !== undefined && agent.sub !== issuer.user,
  });
  return session;
}

function claimsIn(body: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(body);
  const caller = isRecord(value) ? value.caller : undefined;
  if (!isRecord(caller)) throw new Error(`An honest request was refused: ${body}`);
  return caller;
}
