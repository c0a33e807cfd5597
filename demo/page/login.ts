import type { Flow } from "./flow.ts";
import type { Authorization, Session } from "./session.ts";
import { announce } from "./status.ts";
import type { Step } from "./step.ts";

/** A load that is the end of a login. */
export async function comeBack(session: Session, flow: Flow): Promise<void> {
  const here = new URL(location.href);
  const returned = session.returning(here);
  const error = here.searchParams.get("error_description") ?? here.searchParams.get("error");
  // Neither the code nor the state belongs in the history.
  if (here.search !== "") history.replaceState(null, "", "/");
  if (error !== null) throw new Error(`The issuer refuses: ${error}`);
  if (returned === undefined) return;
  const { authorization, code } = returned;
  flow.add(authorizationStep(authorization));
  await session.redeem(code, authorization.verifier);
  announce("Logged in. The token is bound to this browser's key.");
}

function authorizationStep({ url }: Authorization): Step {
  const { origin, pathname, searchParams } = new URL(url);
  return {
    peer: "issuer",
    title: "Login",
    says: "Authorization code with PKCE. dpop_jkt binds the code to this browser's key from the start; the user is logged in and agrees without being asked.",
    tone: "passed",
    parameters: Object.fromEntries(searchParams),
    sent: {
      method: "GET",
      url: `${origin}${pathname}`,
      proofs: [],
      status: 303,
      body: "",
      at: Date.now(),
    },
  };
}
