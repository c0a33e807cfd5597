import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

// Every link of every page of this repository leads somewhere, anchors included.

const root = fileURLToPath(new URL("../../../", import.meta.url));
const pages = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
})
  .trim()
  .split("\n");

/** Without blocks of code, and without code in a line: neither holds links. */
function prose(page: string): string {
  return readFileSync(join(root, page), "utf8")
    .replaceAll(/^( *)(`{3,})[^\n]*\n[\s\S]*?^\1\2/gm, "")
    .replaceAll(/`[^`\n]*`(?!\])/g, "");
}

/** As GitHub makes them of headings; and those that are written out. */
function anchors(page: string): Set<string> {
  const text = readFileSync(join(root, page), "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");
  const headings = [...text.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
  const written = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id);
  return new Set([...headings, ...written]);
}

const links = pages.flatMap((page) =>
  [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z][a-z+.-]*:/.test(link))
    .map((link) => ({ page, link })),
);

test("there are pages, and links in them", () => {
  expect(pages.length).toBeGreaterThan(15);
  expect(links.length).toBeGreaterThan(100);
});

describe.each(pages)("%s", (page) => {
  const own = links.filter((each) => each.page === page);

  test("links to what is there", () => {
    const broken = own.filter(({ link }) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : join(dirname(page), path);
      const file = join(root, target);
      if (!existsSync(file)) return true;
      if (anchor === undefined || statSync(file).isDirectory()) return false;
      return target.endsWith(".md") && !anchors(target).has(anchor);
    });
    expect(broken.map(({ link }) => link)).toEqual([]);
  });
});

test("the site's sidebar has every page, and no other", async () => {
  const config = new URL("docs/.vitepress/sidebar.mjs", new URL("../../../", import.meta.url));
  const { sidebar }: { readonly sidebar: unknown } = await import(config.href);
  const linked = [...JSON.stringify(sidebar).matchAll(/"link":"\/([^"]+)"/g)];
  const listed = linked.map(([, page = ""]) => `${page.replace(/\/$/, "/index")}.md`);
  expect(listed.filter((page) => !pages.includes(page))).toEqual([]);
  // Decisions are in the list of theirs.
  const own = pages.filter((page) => /^docs\/(?!decisions\/\d)/.test(page));
  expect(own.filter((page) => !listed.includes(page))).toEqual([]);
  for (const folder of ["issuers", "clients", "decisions", "runbooks"]) {
    const list = readFileSync(join(root, `docs/${folder}/index.md`), "utf8");
    const inside = pages.filter((page) => page.startsWith(`docs/${folder}/`));
    const names = inside.map((page) => page.slice(`docs/${folder}/`.length));
    expect(names.filter((name) => name !== "index.md" && !list.includes(`(${name})`))).toEqual([]);
  }
});
