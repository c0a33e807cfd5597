import { decodeJwt } from "jose";
import { parsed } from "../answer.ts";
import type { Sent } from "../sent.ts";
import { isSetting, type Setting } from "../setting.ts";
import { createAttackTable } from "./attack-table.ts";
import { byId, element, value } from "./element.ts";
import { createEvents, type Events } from "./events.ts";
import { createFlow, type Flow, markSelected } from "./flow.ts";
import { inspect, refresh } from "./inspector.ts";
import { boundKey } from "./proof-claims.ts";
import { type Authorization, createSession, type Session } from "./session.ts";
import { refusalOf, type Step, stepOf } from "./step.ts";

await start(await setting());

async function start(scene: Setting): Promise<void> {
  const events = createEvents();
  const flow = createFlow(select);
  const session = createSession(scene, watcher(scene, flow, events));
  createButtons(scene, session, events);
  for (const name of ["edge", "issuer", "upstream"] as const) {
    byId(`${name}-host`).textContent = new URL(scene[name]).host;
  }
  new BroadcastChannel("dpop-edge").addEventListener("message", () => {
    setTimeout(() => void showClient(scene, session));
  });
  addEventListener("storage", ({ key }) => {
    // Another tab has started over: the key that this one remembers is gone.
    if (key === null) location.reload();
    else void showClient(scene, session);
  });
  await comeBack(session, flow);
  await showClient(scene, session);
  document.documentElement.dataset.ready = "";
}

/** A load that is the end of a login. */
async function comeBack(session: Session, flow: Flow): Promise<void> {
  const here = new URL(location.href);
  const returned = session.returning(here);
  const error = here.searchParams.get("error_description") ?? here.searchParams.get("error");
  // Neither the code nor the state belongs in the history.
  if (here.search !== "") history.replaceState(null, "", "/");
  if (error !== null) announce(`The issuer refuses: ${error}`);
  if (returned === undefined) return;
  const { authorization, code } = returned;
  flow.add(authorizationStep(authorization));
  await trying(() => session.redeem(code, authorization.verifier));
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

/** Every request of the client, as it goes. */
function watcher(scene: Setting, flow: Flow, events: Events): (sent: Sent) => void {
  const challenged = new Set<string>();
  return (sent) => {
    const peer = sent.url.startsWith(scene.issuer) ? "issuer" : "edge";
    const step = stepOf(sent, peer, challenged.has(sent.url));
    if (refusalOf(sent) === "use_dpop_nonce") challenged.add(sent.url);
    else challenged.delete(sent.url);
    flow.add(step);
    select(step, byId("steps").lastElementChild?.querySelector("button") ?? null);
    if (peer === "edge") void learn(step, events);
  };
}

async function learn(step: Step, events: Events): Promise<void> {
  const event = await events.of(step.sent);
  if (event === undefined) return;
  step.event = event;
  refresh(step);
}

function createButtons(scene: Setting, session: Session, events: Events): void {
  const table = createAttackTable({
    setting: scene,
    session,
    announce,
    select(step, button) {
      select(step, button);
      if (step.peer === "edge") void learn(step, events);
    },
  });
  const onClick = (id: string, act: () => Promise<void>) => {
    byId(id).addEventListener("click", () => {
      void trying(act).then(() => showClient(scene, session));
    });
  };
  const call = async (times: number) => {
    const calls = Array.from({ length: times }, () => session.fetch(scene.resource));
    const statuses = (await Promise.all(calls)).map(({ status }) => status).join(", ");
    announce(`GET ${new URL(scene.resource).pathname}: ${statuses}.`);
  };
  onClick("log-in", async () => location.assign(await session.authorization()));
  onClick("call", () => call(1));
  onClick("call-five", () => call(5));
  onClick("start-over", async () => {
    await session.forget();
    location.reload();
  });
  onClick("launch-all", async () => {
    const caught = await table.launchAll();
    announce(`${caught} of ${byId("attacks").children.length} attacks caught.`);
  });
}

/** What this browser holds. */
async function showClient(scene: Setting, session: Session): Promise<void> {
  const key = await session.key();
  const kept = key.privateKey.extractable ? "EXTRACTABLE" : "not extractable, in IndexedDB";
  byId("key").replaceChildren(value(key.thumbprint), element("small", {}, `${key.alg}, ${kept}`));
  const nonce = session.nonces.get(scene.edge);
  byId("nonce").replaceChildren(
    nonce === undefined ? "none yet" : value(nonce),
    element("small", {}, nonce === undefined ? "the edge gives one" : "kept, for all tabs"),
  );
  const access = session.tokens()?.access;
  byId("token").replaceChildren(...(access === undefined ? ["none yet"] : tokenFacts(access)));
  document.documentElement.classList.toggle("logged-in", access !== undefined);
  for (const id of ["call", "call-five", "launch-all"]) {
    byId(id).toggleAttribute("disabled", access === undefined);
  }
  for (const button of document.querySelectorAll("#attacks button")) {
    button.toggleAttribute("disabled", access === undefined);
  }
}

function tokenFacts(access: string): HTMLElement[] {
  const { sub, exp = 0 } = decodeJwt(access);
  const until = new Date(exp * 1000).toTimeString().slice(0, 5);
  return [
    value(`cnf.jkt ${boundKey(access)}`, 32),
    element("small", {}, `${sub}, until ${until}: only this key can use it`),
  ];
}

function select(step: Step, button: Element | null): void {
  markSelected(button);
  void inspect(step);
}

async function trying(act: () => Promise<void>): Promise<void> {
  document.body.setAttribute("aria-busy", "true");
  try {
    await act();
  } catch (error) {
    announce(error instanceof Error ? error.message : String(error));
  } finally {
    document.body.removeAttribute("aria-busy");
  }
}

function announce(text: string): void {
  byId("status").textContent = text;
}

async function setting(): Promise<Setting> {
  const found = parsed(await (await fetch("/setting")).text());
  if (!isSetting(found)) throw new Error("The demo's server does not say what there is.");
  return found;
}
