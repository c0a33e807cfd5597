export { lists as templateLists } from "../mint/functions/lists.ts";
