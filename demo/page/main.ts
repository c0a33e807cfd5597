import { parsed } from "../answer.ts";
import { attacks } from "../attacks.ts";
import type { Sent } from "../sent.ts";
import { isSetting, type Setting } from "../setting.ts";
import { createAttackTable } from "./attack-table.ts";
import { showClient } from "./client-facts.ts";
import { byId, element } from "./element.ts";
import { createEvents, type Events } from "./events.ts";
import { createFlow, type Flow, markSelected } from "./flow.ts";
import { hint } from "./hint.ts";
import { inspect, refresh } from "./inspector.ts";
import { comeBack } from "./login.ts";
import { ask } from "./network.ts";
import { createSession, type Session } from "./session.ts";
import { announce, complain, trying } from "./status.ts";
import { refusalOf, type Step, stepOf } from "./step.ts";

await setting().then(start).catch(complain);

async function start(scene: Setting): Promise<void> {
  const events = createEvents();
  const flow = createFlow((step, button) => {
    select(step, button);
    byId("inspector-title").scrollIntoView({ block: "nearest" });
    announce(`Shown: ${step.title}, ${step.sent.status}.`);
  });
  focusable(byId("inspected"), "inspector-title");
  const session = createSession(scene, watcher(scene, flow, events));
  createButtons(scene, session, flow, events);
  for (const name of ["edge", "issuer", "upstream"] as const) {
    const { hostname, port } = new URL(scene[name]);
    byId(`${name}-host`).replaceChildren(hostname, element("wbr"), `:${port}`);
  }
  new BroadcastChannel("dpop-edge").addEventListener("message", () => {
    setTimeout(() => void showClient(scene, session));
  });
  addEventListener("storage", ({ key }) => {
    // Another tab has started over: the key that this one remembers is gone.
    if (key === null) location.reload();
    else void showClient(scene, session);
  });
  announce(hint(session.tokens()?.access));
  await comeBack(session, flow).catch(complain);
  await showClient(scene, session);
  document.documentElement.dataset.ready = "";
}

/** Every request of the client, as it goes. */
function watcher(scene: Setting, flow: Flow, events: Events): (sent: Sent) => void {
  const challenged = new Set<string>();
  return (sent) => {
    const peer = sent.url.startsWith(scene.issuer) ? "issuer" : "edge";
    const step = stepOf(sent, peer, challenged.has(sent.url));
    if (refusalOf(sent) === "use_dpop_nonce") challenged.add(sent.url);
    else challenged.delete(sent.url);
    const button = flow.add(step);
    // What an attack needs does not take the place of what is looked at.
    if (byId("attacks").querySelector("[aria-busy]") === null) select(step, button);
    if (peer === "edge") void learn(step, events);
  };
}

async function learn(step: Step, events: Events): Promise<void> {
  const event = await events.of(step.sent);
  if (event === undefined) return;
  step.event = event;
  refresh(step);
}

function createButtons(scene: Setting, session: Session, flow: Flow, events: Events): void {
  const table = createAttackTable({
    setting: scene,
    session,
    announce,
    trying,
    draw(step) {
      const button = flow.add(step);
      if (step.peer === "edge") void learn(step, events);
      return () => {
        select(step, button);
        byId("inspector-title").focus();
      };
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
    announce(`${caught} of ${attacks.length} attacks caught.`);
  });
}

/** Not every browser lets the keyboard scroll what it cannot focus. */
function focusable(scrolled: HTMLElement, label: string): void {
  scrolled.tabIndex = 0;
  scrolled.setAttribute("role", "group");
  scrolled.setAttribute("aria-labelledby", label);
}

function select(step: Step, button: Element): void {
  markSelected(button);
  void inspect(step);
}

async function setting(): Promise<Setting> {
  const found = parsed(await (await ask("/setting")).text());
  if (!isSetting(found)) throw new Error("The demo's server does not say what there is.");
  return found;
}
