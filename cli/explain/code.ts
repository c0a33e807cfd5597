import { type RefusalCode, refusals } from "../../src/decision.ts";
import { exit } from "../exit.ts";
import { advice } from "./advice.ts";

/** `explain proof.htu`: for whoever has the code and nothing else. */
export function explainCode(code: RefusalCode, json: boolean): number {
  const refusal = refusals[code];
  const { status, says } = refusal;
  const error = "error" in refusal ? ` ${refusal.error}` : "";
  const change = advice[code];
  process.stdout.write(
    json
      ? `${JSON.stringify({ code, ...refusal, change }, null, 2)}\n`
      : `${code}  ${status}${error}\n  ${says}\n  Change: ${change}\n\nWith the request, it is told which value was wrong: dpop-edge explain curl ...; docs/errors.md has the whole.\n`,
  );
  return exit.ok;
}
