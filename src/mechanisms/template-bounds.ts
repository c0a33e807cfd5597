export { bounds as templateBounds } from "../mint/functions/bounds.ts";
