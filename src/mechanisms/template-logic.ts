export { logic as templateLogic } from "../mint/functions/logic.ts";
