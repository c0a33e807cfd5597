/** Anchors as GitHub makes them, so that one link is right in both places. */
export function slugify(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
    .replaceAll(" ", "-");
}

/** Folders of code, and of what stands beside it: nothing in them is a page of the site. */
export const code =
  "adapters,bench,bin,build,cli,coverage,demo,dist,model,ops,schema,scripts,src,test,testing";
const intoCode = new RegExp(`^(\\.\\./)*(${code.replaceAll(",", "|")})/`);

/** A link to source code leads nowhere from the site: its text stays. */
export function withoutCodeLinks(md) {
  md.core.ruler.push("code_links", (state) => {
    for (const { children } of state.tokens) {
      let inCode = false;
      for (const token of children ?? []) {
        if (token.type === "link_open") {
          const href = token.attrGet("href") ?? "";
          const isPage = /\.md(#|$)/.test(href) && !intoCode.test(href);
          inCode = !/^[a-z]+:|^#/.test(href) && !isPage;
          if (inCode) token.attrs = null;
        }
        if (inCode && /^link_(open|close)$/.test(token.type)) token.tag = "span";
        if (token.type === "link_close") inCode = false;
      }
    }
  });
}

/** Braces of templates are text wherever they stand, and pictures of characters scroll in their box. */
export function withPlainCode(md) {
  md.renderer.rules.code_block = (tokens, index) => {
    const text = md.utils.escapeHtml(tokens[index]?.content ?? "");
    return `<div class="language-text"><pre v-pre tabindex="0"><code>${text}</code></pre></div>\n`;
  };
  md.renderer.rules.code_inline = (tokens, index) => {
    const { content = "", meta } = tokens[index] ?? {};
    const text = md.utils.escapeHtml(content);
    return `<code v-pre>${meta?.inTable ? breakable(text) : text}</code>`;
  };
  md.core.ruler.push("code_in_tables", ({ tokens }) => {
    let inTable = false;
    for (const { type, children } of tokens) {
      if (type === "table_open" || type === "table_close") inTable = type === "table_open";
      for (const child of children ?? [])
        if (child.type === "code_inline") child.meta = { inTable };
    }
  });
}

/** A table is narrow: long names may end a line after a slash or a dot, very long ones elsewhere too. */
function breakable(text) {
  return text.replaceAll(/,(?=\S)/g, ",<wbr>").replaceAll(/[\w./-]{14,}/g, (name) => {
    if (/^\w{24,}$/.test(name) && !name.includes("_")) return name.replaceAll(/\w{16}/g, "$&<wbr>");
    const ends = /\/(?=[\w-]{3})|\.(?=[\w-]{4})/g;
    return name.replaceAll(name.length > 24 ? /[/_](?=[\w-]{3})|\.(?=[\w-]{4})/g : ends, "$&<wbr>");
  });
}

/** The reader's choice of light or dark is the page's, not the system's. */
export function withPictures(md) {
  const plain = md.renderer.rules.html_block;
  md.renderer.rules.html_block = (tokens, index, ...rest) => {
    const html = plain(tokens, index, ...rest);
    const [, dark] = /<source media="[^"]*dark[^"]*" srcset="([^"]+)"/.exec(html) ?? [];
    const [, alt, light] = /<img alt="([^"]*)" src="([^"]+)"/.exec(html) ?? [];
    if (dark === undefined || light === undefined) return html;
    const picture = (name, src) =>
      `<img class="in-${name}" alt="${alt}" src="${src}" loading="lazy">`;
    return `<p>${picture("light", light)}${picture("dark", dark)}</p>\n`;
  };
}

/** An empty corner of a table is no heading. */
export function withEmptyCorners(md) {
  md.core.ruler.push("empty_corners", ({ tokens }) => {
    tokens.forEach((token, at) => {
      if (token.type !== "th_open" || tokens[at + 1]?.content !== "") return;
      token.tag = "td";
      tokens[at + 2].tag = "td";
    });
  });
}
