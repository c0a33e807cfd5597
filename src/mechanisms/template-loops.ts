export { loops as templateLoops } from "../mint/functions/loops.ts";
