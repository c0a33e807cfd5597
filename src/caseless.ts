/** Some parsers fold more than ASCII: a long s and a Kelvin sign are letters of ours to them. */
export function caseless(name: string): string {
  return name.toUpperCase().toLowerCase();
}

/** Whether an object, at any depth, has two names that Go and .NET take for one: the last one counts. */
export function hasTwins(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const names = Array.isArray(value) ? [] : Object.keys(value);
  return new Set(names.map(caseless)).size < names.length || Object.values(value).some(hasTwins);
}
