import { expect, test } from "vitest";
import { allMechanisms } from "../../../src/mechanisms/all.ts";
import { languageOf } from "../../../src/mint/language.ts";
import { renderText } from "../../../src/mint/render.ts";
import { parseTemplate } from "../../../src/mint/template.ts";
import { vectors } from "./go-vectors.ts";
import { templateData } from "./template-data.ts";

test.each(vectors.map(([source, output]) => ({ source, output })))(
  "$source",
  ({ source, output }) => {
    const data = { ...templateData(), language: languageOf(allMechanisms) };
    expect(renderText(parseTemplate(source), data)).toBe(output);
  },
);
