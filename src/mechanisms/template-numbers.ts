export { numbers as templateNumbers } from "../mint/functions/numbers.ts";
