export { encodings as templateEncodings } from "../mint/functions/encodings.ts";
