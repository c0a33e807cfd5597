import { dirname, extname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Configuration, MechanismName } from "../../src/configuration.ts";

/** From source or from dist, whichever this file is in. */
const here = fileURLToPath(import.meta.url);

/** Where a mechanism's code is, as a file beside this one. */
export function mechanismFile(name: MechanismName): string {
  return fileURLToPath(
    new URL(`../../src/mechanisms/${fileName(name)}${extname(here)}`, import.meta.url),
  );
}

/**
 * How a module at `out` names it: a checkout's own module by the way there, so that nothing has to
 * be built; anybody else's as the package's export.
 */
export function mechanismImport(name: MechanismName, out: string): string {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const inCheckout = extname(here) === ".ts" && out.startsWith(root);
  if (!inCheckout) return `dpop-edge/mechanisms/${fileName(name)}`;
  const way = relative(dirname(out), mechanismFile(name)).split(sep).join("/");
  return way.startsWith(".") ? way : `./${way}`;
}

/** The configuration as an ES module, with the code of the mechanisms that it needs and no other. */
export function moduleText(
  configuration: Configuration,
  importOf: (name: MechanismName) => string,
): string {
  const { needs } = configuration;
  const imports = needs.map(
    (name) => `import { ${name} } from ${JSON.stringify(importOf(name))};\n`,
  );
  const json = JSON.stringify(configuration, null, 2);
  const value =
    needs.length === 0 ? json : `{\n  ...${json},\n  mechanisms: { ${needs.join(", ")} },\n}`;
  return `${imports.join("")}export default ${value};\n`;
}

function fileName(name: MechanismName): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
