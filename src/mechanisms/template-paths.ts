export { paths as templatePaths } from "../mint/functions/paths.ts";
