export { cases as templateCases } from "../mint/functions/cases.ts";
