import { element } from "./element.ts";
import type { Claim } from "./proof-claims.ts";
import type { Step } from "./step.ts";
import { value } from "./value.ts";

/** Claims of a proof, each with what binds it and whether it does. */
export function claimTable(
  caption: string,
  claims: readonly Claim[],
  tone: Step["tone"],
): HTMLElement {
  const titles = ["claim", "says", "binds the proof to"];
  const heads = titles.map((text) =>
    element("th", { scope: "col" }, element("span", { class: "spoken" }, text)),
  );
  return element(
    "table",
    { class: `claims ${tone}` },
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...claims.map(row)),
  );
}

function row({ name, value: text, boundTo, holds }: Claim): HTMLElement {
  return element(
    "tr",
    { class: holds ? "holds" : "fails" },
    element("th", { scope: "row" }, name),
    element("td", {}, value(text)),
    element("td", {}, mark(holds), boundTo),
  );
}

function mark(holds: boolean): HTMLElement {
  const label = holds ? "holds: " : "does not hold: ";
  return element("span", { class: "mark" }, element("span", { class: "spoken" }, label));
}
