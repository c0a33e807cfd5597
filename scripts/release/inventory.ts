/** A CycloneDX document, as far as it is read here. */
export interface Bom {
  readonly metadata: { readonly component: Component } & Readonly<Record<string, unknown>>;
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: string[] }[];
  readonly [member: string]: unknown;
}

export interface Component {
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly { readonly license?: { readonly id?: string } }[];
  readonly [member: string]: unknown;
}

/**
 * What travels with the package: `npm sbom --omit dev` leaves out what a tool needs as well, so the whole
 * list is cut down to what the package's own dependencies reach. Without the moment and the machine.
 * @param names the dependencies of package.json
 * @throws Error where one of them is not in the list
 */
export function inventory(whole: Bom, name: string, names: readonly string[]): Bom {
  const { serialNumber: _, metadata, ...rest } = whole;
  const root = metadata.component["bom-ref"];
  const edges = new Map(whole.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
  const first = (edges.get(root) ?? []).filter((ref) => names.includes(packageOf(ref)));
  const missing = names.filter((each) => !first.some((ref) => packageOf(ref) === each));
  if (missing.length > 0) throw new Error(`The SBOM lacks ${missing.join(", ")}: run npm ci.`);
  const kept = new Set<string>();
  const open = [...first];
  for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
    if (kept.has(ref)) continue;
    kept.add(ref);
    open.push(...(edges.get(ref) ?? []));
  }
  const { timestamp: __, ...described } = metadata;
  return {
    ...rest,
    metadata: { ...described, component: { ...metadata.component, name } },
    components: whole.components.filter((component) => kept.has(component["bom-ref"])),
    dependencies: [
      { ref: root, dependsOn: first },
      ...whole.dependencies.filter(({ ref }) => kept.has(ref)),
    ],
  };
}

function packageOf(ref: string): string {
  return ref.slice(0, ref.lastIndexOf("@"));
}
