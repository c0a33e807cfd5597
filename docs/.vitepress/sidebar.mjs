const pages = (folder, entries) =>
  entries.map(([text, name]) => ({ text, link: `/${folder}${name}` }));

/** A page with pages below it, shown when asked for. */
const list = (text, folder, entries) => ({
  text,
  link: `/${folder}`,
  collapsed: true,
  items: pages(folder, entries),
});

export const sidebar = [
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
    items: [
      list("Issuers", "docs/issuers/", [
        ["Keycloak", "keycloak"],
        ["Auth0", "auth0"],
        ["Okta", "okta"],
        ["Entra", "entra"],
        ["better-auth", "better-auth"],
        ["oidc-provider", "oidc-provider"],
        ["atproto", "atproto"],
      ]),
      list("Clients", "docs/clients/", [
        ["In a browser", "browser"],
        ["Node", "node"],
        ["Python", "python"],
        ["Java", "java"],
        ["Go", "go"],
        ["Rust", "rust"],
        ["Swift", "swift"],
        ["Kotlin", "kotlin"],
      ]),
      ...pages("docs/", [["dpop-edge/client", "client"]]),
    ],
  },
  {
    text: "When it does not work",
    items: [
      ...pages("docs/", [
        ["Troubleshooting", "troubleshooting"],
        ["Errors", "errors"],
        ["Events", "events"],
        ["Performance", "performance"],
      ]),
      list("Runbooks", "docs/runbooks/", [
        ["Rotating keys", "rotating-keys"],
        ["The master key is compromised", "master-key-compromised"],
        ["An issuer's key is compromised", "issuer-key-compromised"],
        ["A client's key is stolen", "stolen-key"],
        ["The store is down", "store-down"],
        ["A clock is off", "clock-off"],
        ["One client is always refused", "one-client-refused"],
        ["A flood", "flood"],
        ["Rolling back", "roll-back"],
      ]),
    ],
  },
  {
    text: "Why it holds",
    items: [
      ...pages("docs/", [
        ["Threat model", "threat-model"],
        ["Replay", "replay"],
        ["The replay model", "replay-model"],
        ["Decisions", "decisions/"],
        ["Versions", "versioning"],
      ]),
      { text: "Architecture", link: "/ARCHITECTURE" },
      { text: "Security", link: "/SECURITY" },
      { text: "Changelog", link: "/CHANGELOG" },
    ],
  },
];
