// npm run release: the tarball of what is committed, its digest, what is inside, the licences, and where it
// comes from, in build/release/, and beside it the tarball of create-dpop-edge, which npm create fetches. With a version, that version is made of the changelog first, committed and
// tagged. Nothing is published and nothing pushed.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkVersion, released } from "./changelog.ts";
import { inventory } from "./inventory.ts";
import { licenceReport } from "./licences.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const out = join(root, "build/release");
const run = (command: string, args: readonly string[], cwd = root) =>
  execFileSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 28 });
const read = (file: string) => readFileSync(join(root, file), "utf8");
const write = (file: string, text: string) => writeFileSync(join(root, file), text);

const [wanted] = process.argv.slice(2);
try {
  if (run("git", ["status", "--porcelain"]).trim() !== "")
    throw new Error("There are changes that are not committed: commit or undo them first.");
  if (wanted !== undefined) makeVersion(wanted);
  makeFiles();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function makeVersion(version: string): void {
  const before: string = JSON.parse(read("package.json")).version;
  checkVersion(version, before);
  const today = new Date().toISOString().slice(0, 10);
  const changelog = released(read("CHANGELOG.md"), version, today);
  run("npm", ["version", version, "--no-git-tag-version", "--ignore-scripts"]);
  // npm create of a version makes projects of that version.
  const create = JSON.parse(read("create/package.json"));
  const dependencies = { ...create.dependencies, "dpop-edge": version };
  write("create/package.json", json({ ...create, version, dependencies }));
  write("CHANGELOG.md", changelog);
  const tarballs = [`dpop-edge-${before}.tgz`, `dpop-edge-${version}.tgz`] as const;
  for (const page of ["README.md", ...globSync("docs/**/*.md", { cwd: root })]) {
    const text = read(page);
    if (text.includes(tarballs[0])) write(page, text.replaceAll(...tarballs));
  }
  run("git", ["commit", "--all", "--quiet", "--message", `Release ${version}`]);
  run("git", ["tag", `v${version}`]);
}

function makeFiles(): void {
  const { name, version, dependencies } = JSON.parse(read("package.json"));
  const [made, again] = [packed(), packed()];
  if (!made.edge.bytes.equals(again.edge.bytes) || !made.create.bytes.equals(again.create.bytes))
    throw new Error("Two runs made different bytes: something in the build looks at the clock.");
  const bom = inventory(
    JSON.parse(run("npm", ["sbom", "--sbom-format", "cyclonedx"])),
    name,
    Object.keys(dependencies),
  );
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const sums = [made.edge, made.create].map(writeTarball);
  const base = join(out, `${name}-${version}`);
  writeFileSync(`${base}.cdx.json`, json(bom));
  writeFileSync(`${base}.licences.txt`, licenceReport(bom.components, licenceText));
  writeFileSync(`${base}.provenance.json`, json(provenance(sums)));
  const told = sums.map(({ file, sha512 }) => `${file} sha512 ${sha512}`).join("\n");
  process.stdout.write(`${readdirSync(out).join("\n")}\n\n${told}\nmade twice\n`);
}

interface Tarball {
  readonly file: string;
  readonly bytes: Buffer;
}

interface Sum {
  readonly file: string;
  readonly sha512: string;
}

function writeTarball({ file, bytes }: Tarball): Sum {
  const sha512 = createHash("sha512").update(bytes).digest("hex");
  writeFileSync(join(out, file), bytes);
  writeFileSync(join(out, `${file}.sha512`), `${sha512}  ${file}\n`);
  return { file, sha512 };
}

/** From a clone of what is committed, with nothing else in it but what npm ci installed here. */
function packed(): { readonly edge: Tarball; readonly create: Tarball } {
  const folder = mkdtempSync(join(tmpdir(), "dpop-edge-release-"));
  try {
    run("git", ["clone", "--quiet", "--shared", root, "source"], folder);
    const source = join(folder, "source");
    symlinkSync(join(root, "node_modules"), join(source, "node_modules"));
    run("npm", ["run", "compile", "--silent"], source);
    copyFileSync(join(source, "LICENSE"), join(source, "create/LICENSE"));
    return { edge: packedFrom(source), create: packedFrom(join(source, "create")) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function packedFrom(source: string): Tarball {
  const into = mkdtempSync(join(source, "packed-"));
  run("npm", ["pack", "--silent", "--pack-destination", into], source);
  const [file = ""] = readdirSync(into);
  return { file, bytes: readFileSync(join(into, file)) };
}

/** SLSA provenance, unsigned: whoever publishes signs, or lets the registry do it. */
function provenance(sums: readonly Sum[]): unknown {
  const commit = run("git", ["rev-parse", "HEAD"]).trim();
  const lock = createHash("sha512").update(read("package-lock.json")).digest("hex");
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: sums.map(({ file, sha512 }) => ({ name: file, digest: { sha512 } })),
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "npm pack",
        externalParameters: { command: "npm run release" },
        resolvedDependencies: [
          { uri: "git+HEAD", digest: { gitCommit: commit } },
          { uri: "package-lock.json", digest: { sha512: lock } },
        ],
      },
      runDetails: { builder: { id: `node ${process.version}` } },
    },
  };
}

function licenceText(name: string): string | undefined {
  const [file] = globSync("{LICENSE,LICENCE,license}*", { cwd: join(root, "node_modules", name) });
  return file === undefined ? undefined : read(join("node_modules", name, file));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
