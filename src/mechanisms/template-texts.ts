export { texts as templateTexts } from "../mint/functions/texts.ts";
