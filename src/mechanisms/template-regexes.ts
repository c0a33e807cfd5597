export { regexes as templateRegexes } from "../mint/functions/regexes.ts";
