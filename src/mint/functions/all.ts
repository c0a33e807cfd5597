import type { Language } from "../language.ts";
import { blocks } from "./blocks.ts";
import { dicts } from "./dicts.ts";
import { encodings } from "./encodings.ts";
import { lists } from "./lists.ts";
import { logic } from "./logic.ts";
import { numbers } from "./numbers.ts";
import { texts } from "./texts.ts";

/** All of the language, where its size does not count: Node, tests, explain. */
export const wholeLanguage: Language = {
  functions: { ...logic, ...texts, ...lists, ...dicts, ...encodings, ...numbers },
  blocks,
};
