import { describe, expect, test } from "vitest";
import { worldOf } from "./services.ts";

describe("the contextualizer generic", () => {
  const written = (config = "") => ({
    contextualizers: `{id: user, type: generic, config: {
      endpoint: {url: "https://users.example/u/{{ .Subject.ID }}", method: GET},
      forward_headers: [Accept-Language], forward_cookies: [session] ${config}}}`,
    authorizers:
      "{id: adult, type: cel, config: {expressions: [{expression: Outputs.user.age >= 18}]}}",
    execute: "{contextualizer: user}, {authorizer: adult}",
  });

  test("knows more for the steps after it", async () => {
    let age = 20;
    const { asked, decide } = worldOf(written(", cache_ttl: 0s"), () => Response.json({ age }));
    const headers = { "Accept-Language": "de", Cookie: "session=s1; other=x" };
    expect(await decide(headers)).toMatchObject({ kind: "allow" });
    expect(asked[0]?.url).toBe("https://users.example/u/alice");
    expect(asked[0]?.headers.get("Accept-Language")).toBe("de");
    expect(asked[0]?.headers.get("Cookie")).toBe("session=s1");
    age = 17;
    expect(await decide(headers)).toMatchObject({ code: "policy.denied" });
  });

  test("keeps an answer for ten seconds, for one question", async () => {
    const { asked, decide } = worldOf(written(), () => Response.json({ age: 20 }));
    await decide({ "Accept-Language": "de" });
    await decide({ "Accept-Language": "de" });
    await decide({ "Accept-Language": "fr" });
    expect(asked).toHaveLength(2);
  });

  test("stops everything without an answer, unless it is told to go on", async () => {
    const fails = () => new Response("", { status: 500 });
    expect(await worldOf(written(), fails).decide()).toMatchObject({ code: "policy.unavailable" });
    const { decide } = worldOf(
      { ...written(", continue_pipeline_on_error: true"), execute: "{contextualizer: user}" },
      fails,
    );
    expect(await decide()).toMatchObject({ kind: "allow" });
    const judged = worldOf(written(", continue_pipeline_on_error: true"), fails);
    expect(await judged.decide()).toMatchObject({ code: "policy.denied" });
  });

  test.each([
    ["header, name: X-Key", "X-Key", "ours"],
    ["cookie, name: key", "Cookie", "key=ours; session=s1"],
  ])(
    "sends the edge's own key in a %s, whatever the client sends there",
    async (where, name, sent) => {
      const contextualizers = `{id: user, type: generic, config: {
      endpoint: {url: "https://users.example/", auth: {type: api_key, config: {in: ${where}, secret: {source: credentials}}}},
      forward_headers: [X-Key], forward_cookies: [key, session]}}`;
      const { world, asked, decide } = worldOf(
        { contextualizers, execute: "{contextualizer: user}" },
        () => Response.json({}),
      );
      world.secrets.CREDENTIALS = "ours";
      await decide({ "X-Key": "theirs", Cookie: "key=theirs; session=s1" });
      expect(asked[0]?.headers.get(name)).toBe(sent);
    },
  );

  test("a header that the document writes is not the client's, forwarded or not", async () => {
    const contextualizers = `{id: user, type: generic, config: {
      endpoint: {url: "https://users.example/", headers: {X-User: "{{ .Subject.ID }}"}}, forward_headers: [x-user]}}`;
    const { asked, decide } = worldOf({ contextualizers, execute: "{contextualizer: user}" }, () =>
      Response.json({}),
    );
    await decide({ "X-User": "root" });
    expect(asked[0]?.headers.get("X-User")).toBe("alice");
  });

  test("goes on for no client that makes the question impossible", async () => {
    const contextualizers =
      '{id: user, type: generic, config: {endpoint: "https://users.example/{{ .Request.Header \\"X-Id\\" }}", continue_pipeline_on_error: true}}';
    const { decide } = worldOf({ contextualizers, execute: "{contextualizer: user}" }, () =>
      Response.json({}),
    );
    expect(await decide({ "X-Id": ".." })).toMatchObject({ code: "policy.denied" });
  });
});
