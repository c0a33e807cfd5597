export { yamlMapping as secretMapping } from "../secrets/yaml-mapping.ts";
