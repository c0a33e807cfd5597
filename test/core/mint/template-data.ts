import type { Seen } from "../../../src/mint/render.ts";

/** A request that has something at every place a template can name; `change` replaces parts of it. */
export function templateData(change: Partial<Seen["request"]> = {}): Seen {
  return {
    subject: {
      id: "alice",
      attributes: {
        email: "alice@example.com",
        level: 3,
        verified: true,
        empty: "",
        nothing: null,
        groups: ["admin", "dev"],
        address: { city: "Köln" },
        "user-id": 7,
        people: [{ name: "Ann" }, { name: "Bob" }],
      },
    },
    request: {
      method: "GET",
      url: new URL("https://api.example.com:8443/api/a%20b/%C3%BC?x=1&y=2&x=3"),
      captures: { id: "42", "*": "rest" },
      headers: new Headers({ "X-Tenant": "acme", Cookie: 'a=1; session="s=1"; b' }),
      clientAddresses: ["192.0.2.1"],
      ...change,
    },
    values: { service: "upstream" },
    outputs: {},
  };
}
