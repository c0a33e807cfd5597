import { defineConfig } from "vitepress";

// The repository's own pages as one site: `npm run docs`, then build/docs. Search is local; no page asks
// another host for anything.

const pages = (folder, entries) =>
  entries.map(([text, name]) => ({ text, link: `/${folder}${name}` }));

/** Anchors as GitHub makes them, so that one link is right in both places. */
function slugify(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
    .replaceAll(" ", "-");
}

/** A link to source code leads nowhere from the site: its text stays. */
function withoutCodeLinks(md) {
  md.core.ruler.push("code_links", (state) => {
    for (const { children } of state.tokens) {
      let inCode = false;
      for (const token of children ?? []) {
        if (token.type === "link_open") {
          const href = token.attrGet("href") ?? "";
          inCode = !/^[a-z]+:|^#/.test(href) && !/\.md(#|$)/.test(href);
          if (inCode) token.attrs = null;
        }
        if (inCode && /^link_(open|close)$/.test(token.type)) token.tag = "span";
        if (token.type === "link_close") inCode = false;
      }
    }
  });
}

/** Braces of templates are text wherever they stand, and pictures of characters scroll in their box. */
function withPlainCode(md) {
  md.renderer.rules.code_block = (tokens, index) => {
    const text = md.utils.escapeHtml(tokens[index]?.content ?? "");
    return `<div class="language-text"><pre v-pre><code>${text}</code></pre></div>\n`;
  };
  md.renderer.rules.code_inline = (tokens, index) =>
    `<code v-pre>${md.utils.escapeHtml(tokens[index]?.content ?? "")}</code>`;
}

export default defineConfig({
  title: "dpop-edge",
  description: "Sender-constrained access tokens (DPoP, RFC 9449) enforced at the edge",
  head: [["link", { rel: "icon", href: "data:," }]],
  srcDir: "..",
  outDir: "../build/docs",
  cacheDir: "../build/docs-cache",
  srcExclude: [
    "{adapters,bench,bin,build,cli,coverage,demo,dist,model,ops,schema,scripts,src,test,testing}/**",
  ],
  rewrites: { "README.md": "index.md" },
  cleanUrls: false,
  lastUpdated: false,
  markdown: {
    anchor: { slugify },
    config(md) {
      withoutCodeLinks(md);
      withPlainCode(md);
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
    sidebar: [
      {
        text: "Begin",
        items: [
          { text: "What it is", link: "/" },
          ...pages("docs/", [
            ["Tutorial", "tutorial"],
            ["The playground", "playground"],
            ["From Bearer to DPoP", "migration"],
            ["From Heimdall", "convert"],
          ]),
        ],
      },
      {
        text: "Run it",
        items: pages("docs/", [
          ["On Cloudflare", "cloudflare"],
          ["On AWS", "aws"],
          ["The two documents", "documents"],
          ["Policy", "policy"],
          ["Behind the edge", "upstream"],
          ["Agents and MCP", "agents"],
          ["The command line", "cli"],
          ["As a library", "library"],
        ]),
      },
      {
        text: "Your issuer, your client",
        items: pages("docs/", [
          ["Issuers", "issuers/index"],
          ["Clients", "clients/index"],
          ["dpop-edge/client", "client"],
        ]),
      },
      {
        text: "When it does not work",
        items: pages("docs/", [
          ["Troubleshooting", "troubleshooting"],
          ["Errors", "errors"],
          ["Events", "events"],
          ["Performance", "performance"],
        ]),
      },
      {
        text: "Why it holds",
        items: [
          ...pages("docs/", [
            ["Threat model", "threat-model"],
            ["Replay", "replay"],
            ["The replay model", "replay-model"],
            ["Decisions", "decisions/index"],
            ["Versions", "versioning"],
          ]),
          { text: "Architecture", link: "/ARCHITECTURE" },
          { text: "Security", link: "/SECURITY" },
        ],
      },
    ],
  },
});
