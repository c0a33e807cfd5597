export { dicts as templateDicts } from "../mint/functions/dicts.ts";
