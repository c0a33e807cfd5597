import { styleText } from "node:util";

export type Colour = "green" | "red" | "cyan" | "dim" | "bold";
export type Paint = (colour: Colour, text: string) => string;

/** Colours on a terminal only, and never where NO_COLOR is set (no-color.org). */
export function createPaint(
  terminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): Paint {
  const plain = !terminal || (environment.NO_COLOR ?? "") !== "";
  if (plain) return (_colour, text) => text;
  return (colour, text) => styleText(colour, text, { validateStream: false });
}
