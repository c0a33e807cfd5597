import { styleText } from "node:util";

/** Colours where the stream is a terminal and NO_COLOR does not forbid them; plain text elsewhere. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  red(text: string): string;
}

export function paintFor(stream: NodeJS.WriteStream): Paint {
  const paint = (format: "bold" | "dim" | "green" | "red") => (text: string) =>
    styleText(format, text, { stream });
  return { bold: paint("bold"), dim: paint("dim"), green: paint("green"), red: paint("red") };
}
