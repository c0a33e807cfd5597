import { member } from "../answer.ts";
import { claimTable } from "./claim-table.ts";
import { element } from "./element.ts";
import { proofClaims } from "./proof-claims.ts";
import type { Step } from "./step.ts";

let open: HTMLElement | undefined;

export function closeFinding(): void {
  open?.remove();
  open = undefined;
}

/** Below the row that was launched: what gave the attack away, and the answer. One at a time. */
export async function openFinding(line: Element, step: Step, show: () => void): Promise<void> {
  const { sent, tone, peer } = step;
  const claims = await Promise.all(sent.proofs.map((proof) => proofClaims(proof, sent)));
  const fails = claims.flat().filter(({ holds }) => !holds);
  const answer = member(sent.body, "error_description") ?? member(sent.body, "error");
  const button = element("button", { type: "button" }, "Show the whole request");
  button.addEventListener("click", show);
  const finding = element("div", { class: "finding" });
  if (fails.length > 0) finding.append(claimTable("What gave it away", fails, tone));
  if (answer !== undefined)
    finding.append(element("p", {}, `The ${peer} answers ${sent.status}: ${answer}`));
  finding.append(button);
  const cell = element("td", { colspan: "5" }, finding);
  closeFinding();
  open = element("tr", { class: "opened" }, cell);
  line.after(open);
  open.scrollIntoView({ block: "nearest" });
}
