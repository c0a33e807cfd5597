import { readFileSync } from "node:fs";
import { defineConfig } from "vitepress";
import {
  code,
  slugify,
  withEmptyCorners,
  withoutCodeLinks,
  withPictures,
  withPlainCode,
} from "./markdown.mjs";
import { sidebar } from "./sidebar.mjs";

// The repository's own pages as one site: `npm run docs`, then build/docs. Search is local; no page asks
// another host for anything.

const icon = readFileSync(new URL("../../demo/page/icon.svg", import.meta.url), "utf8");

export default defineConfig({
  title: "dpop-edge",
  description: "Sender-constrained access tokens (DPoP, RFC 9449) enforced at the edge",
  head: [["link", { rel: "icon", href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  srcDir: "..",
  outDir: "../build/docs",
  cacheDir: "../build/docs-cache",
  srcExclude: [`{${code}}/**`],
  rewrites: { "README.md": "index.md" },
  cleanUrls: false,
  lastUpdated: false,
  markdown: {
    anchor: { slugify },
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config(md) {
      withoutCodeLinks(md);
      withPlainCode(md);
      withPictures(md);
      withEmptyCorners(md);
    },
  },
  themeConfig: {
    outline: [2, 3],
    search: { provider: "local" },
    nav: [
      { text: "Tutorial", link: "/docs/tutorial" },
      { text: "Documents", link: "/docs/documents" },
      { text: "Errors", link: "/docs/errors" },
      { text: "Contributing", link: "/CONTRIBUTING" },
    ],
    sidebar,
  },
});
