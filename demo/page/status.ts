import { byId } from "./element.ts";

/** One line that is read aloud: what has just happened, or what to do next. */
export function announce(text: string): void {
  tell(text, "");
}

export function complain(error: unknown): void {
  tell(error instanceof Error ? error.message : String(error), "error");
}

let busy = false;

/** Does it, and says what went wrong. What is pressed meanwhile is not begun. */
export async function trying(act: () => Promise<void>): Promise<void> {
  if (busy) return;
  busy = true;
  document.body.setAttribute("aria-busy", "true");
  try {
    await act();
  } catch (error) {
    complain(error);
  } finally {
    busy = false;
    document.body.removeAttribute("aria-busy");
  }
}

function tell(text: string, kind: "" | "error"): void {
  byId("status").textContent = text;
  byId("status").className = kind;
}
