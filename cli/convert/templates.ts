import { texts } from "./edit.ts";

const renamed: ReadonlyArray<readonly [RegExp, string]> = [
  [/\.RequestURL\b/g, ".Request.URL"],
  [/\.RequestMethod\b/g, ".Request.Method"],
  [/\.RequestHeader\b/g, ".Request.Header"],
  [/\.RequestCookie\b/g, ".Request.Cookie"],
];

/** Names that templates had before 0.12 or so; nothing else of them has changed. */
export function convertTemplates(contents: unknown): void {
  for (const text of texts(contents)) {
    if (!text.value.includes("{{")) continue;
    const value = text.value.replace(/\{\{[\s\S]*?\}\}/g, (action) =>
      renamed.reduce((written, [old, now]) => written.replace(old, now), action),
    );
    if (value !== text.value) text.value = value;
  }
}
