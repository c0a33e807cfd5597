import { expect, test } from "vitest";
import { allMechanisms } from "../../../src/mechanisms/all.ts";
import { languageOf } from "../../../src/mint/language.ts";
import { renderText } from "../../../src/mint/render.ts";
import { parseTemplate } from "../../../src/mint/template.ts";
import { vectors } from "./go-vectors.ts";
import { regexes } from "./go-vectors-regexes.ts";
import { words } from "./go-vectors-words.ts";
import { templateData } from "./template-data.ts";

test.each([...vectors, ...words, ...regexes].map(([source, output]) => ({ source, output })))(
  "$source",
  ({ source, output }) => {
    const data = { ...templateData(), language: languageOf(allMechanisms) };
    expect(renderText(parseTemplate(source), data)).toBe(output);
  },
);
