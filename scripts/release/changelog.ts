/**
 * The changelog with what is unreleased as a version of its own.
 * @throws Error where nothing is unreleased, or the version is there already
 */
export function released(changelog: string, version: string, date: string): string {
  const heading = "## Unreleased\n";
  const at = changelog.indexOf(heading);
  const rest = changelog.slice(at + heading.length);
  const next = rest.search(/^## /m);
  const entries = (next < 0 ? rest : rest.slice(0, next)).trim();
  if (at < 0 || entries === "")
    throw new Error("CHANGELOG.md has nothing under Unreleased: write what is new.");
  if (changelog.includes(`\n## ${version}, `))
    throw new Error(`CHANGELOG.md has ${version} already: choose the next version.`);
  return `${changelog.slice(0, at)}${heading}\n## ${version}, ${date}\n${rest}`;
}

/** @throws Error where it is no version, or not above the one before */
export function checkVersion(version: string, before: string): void {
  const [next, last] = [version, before].map((text) => /^(\d+)\.(\d+)\.(\d+)$/.exec(text));
  if (!next || !last) throw new Error(`${version} is not of the form MAJOR.MINOR.PATCH.`);
  for (const part of [1, 2, 3]) {
    const difference = Number(next[part]) - Number(last[part]);
    if (difference > 0) return;
    if (difference < 0) break;
  }
  throw new Error(`${version} is not above ${before}.`);
}
