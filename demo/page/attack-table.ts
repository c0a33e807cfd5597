import type { Attack } from "../attack.ts";
import { attacks } from "../attacks.ts";
import type { Setting } from "../setting.ts";
import type { Thief } from "../thief.ts";
import { launchAttack } from "./attack-launch.ts";
import { attackStep, catcherOf } from "./attack-step.ts";
import { byId, element } from "./element.ts";
import { closeFinding, openFinding } from "./finding.ts";
import type { Session } from "./session.ts";
import type { Step } from "./step.ts";

export interface AttackTable {
  /** Every attack, one after the other; how many were caught. */
  launchAll(): Promise<number>;
}

export interface AttackTableOptions {
  readonly setting: Setting;
  readonly session: Session;
  /** Draws it in the flow; what shows it in the inspector. */
  readonly draw: (step: Step) => () => void;
  readonly announce: (text: string) => void;
  /** Does it, and says what went wrong. */
  readonly trying: (act: () => Promise<void>) => Promise<void>;
}

/** One row an attack, from the demo's own list, with a button that sends it for real. */
export function createAttackTable(options: AttackTableOptions): AttackTable {
  const rows = attacks.map((attack) => row(attack, options));
  byId("attacks").replaceChildren(...rows.map(({ line }) => line));
  return {
    async launchAll() {
      closeFinding();
      let caught = 0;
      for (const { launch } of rows) if ((await launch()).caught) caught += 1;
      return caught;
    },
  };
}

function row(
  attack: Attack<Thief>,
  { setting, session, draw, announce, trying }: AttackTableOptions,
) {
  const label = `Launch: ${attack.name}`;
  const button = element("button", { type: "button", "aria-label": label }, "Launch");
  const result = cell({ class: "result" });
  const by = cell({ class: "by" });
  const where = attack.beyondBrowsers
    ? element("small", {}, `by the demo's server: ${attack.beyondBrowsers}`)
    : undefined;
  const name = element("th", { scope: "row" }, attack.name);
  const line = element("tr", {}, name, cell({ class: "sent" }, attack.sent, where));
  line.append(by, result, cell({ class: "launch" }, button));

  async function launch() {
    button.setAttribute("aria-busy", "true");
    try {
      const launched = await launchAttack(attack, setting, session);
      const { caught, code, status } = launched.outcome;
      const step = attackStep(attack, launched, setting);
      line.className = caught ? "caught" : "missed";
      by.replaceChildren(catcherOf(step.sent, launched.outcome, setting));
      result.replaceChildren(
        element("span", { class: "mark" }, caught ? "caught" : "NOT CAUGHT"),
        " ",
        element("code", {}, code),
        " ",
        element("small", {}, status),
      );
      announce(`${attack.name}: ${caught ? "caught" : "not caught"}, ${code}.`);
      return { caught, step, show: draw(step) };
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  button.addEventListener("click", () => {
    void trying(async () => {
      const { step, show } = await launch();
      await openFinding(line, step, show);
    });
  });
  return { line, launch };
}

function cell(
  attributes: Readonly<Record<string, string>>,
  ...children: (Node | string | undefined)[]
) {
  return element("td", attributes, ...children);
}
