import { describe, expect, test } from "vitest";
import type { CookieFinalizer } from "../../../src/configuration.ts";
import { Fault } from "../../../src/decision.ts";
import { cookie } from "../../../src/mechanisms/cookie.ts";
import type { OurHeaders } from "../../../src/mechanisms.ts";
import { parseTemplate } from "../../../src/mint/template.ts";
import { createSecrets } from "../../../src/secrets.ts";
import { templateData } from "./template-data.ts";

const kit = {
  runtime: { now: () => 0, fetch: () => Promise.reject(), random: () => new Uint8Array() },
  secrets: createSecrets({}, () => undefined),
  mechanisms: {},
};

function cookies(template: string, sent?: string, before: OurHeaders = [], name = "user") {
  const finalizer: CookieFinalizer = {
    type: "cookie",
    id: "cookies",
    cookies: { [name]: parseTemplate(template) },
  };
  const headers = new Headers(sent === undefined ? {} : { Cookie: sent });
  const data = templateData();
  return cookie(kit)(finalizer, { ...data, request: { ...data.request, headers } }, before);
}

describe("the finalizer cookie", () => {
  test.each([
    ["none of the client's", undefined, "user=alice"],
    ["the client's others", "a=1; b=2", "a=1; b=2; user=alice"],
    [
      "every client's copy of ours dropped",
      "user=mallory; a=1;user=x;  user =y",
      "a=1; user=alice",
    ],
    ["a pair without a value", "user; a", "a; user=alice"],
    ["in another case, which ASP.NET does not tell apart", "User=bob; a=1", "a=1; user=alice"],
    ["as an array of PHP's", "user[]=bob; user[x=bob; a[user]=1", "a[user]=1; user=alice"],
    ["behind a comma, as old servlets read it", "a=1,user=bob; b=1, 2", "b=1, 2; user=alice"],
    ["behind white space, as Python reads it", "a=1 user=bob; a=1\tuser =bob", "user=alice"],
    ["a value that holds an equals sign", "a=user=; b=x==", "a=user=; b=x==; user=alice"],
  ])("%s", (_, sent, expected) => {
    expect(cookies("alice", sent)).toEqual([["Cookie", expected]]);
  });

  test("every spelling that PHP makes our name of is dropped", () => {
    expect(
      cookies("alice", "edge.user=1; edge user=1; edge_user=1; edge=1", [], "edge_user"),
    ).toEqual([["Cookie", "edge=1; edge_user=alice"]]);
  });

  test("left out, takes the client's copy away and puts none in its place", () => {
    expect(cookies("", "user=mallory; a=1")).toEqual([["Cookie", "a=1"]]);
  });

  test("adds to what a finalizer before it set", () => {
    expect(cookies("alice", "client=1", [["Cookie", "first=1"]])).toEqual([
      ["Cookie", "first=1; user=alice"],
    ]);
  });

  test.each(["a;b", "a b", "a,b", 'a"b', "a\\b", "ä", "a\nb"])(
    "sends nothing rather than %j",
    (value) => {
      expect(() => cookies(value)).toThrow(Fault);
    },
  );

  test("takes a value in quotation marks", () => {
    expect(cookies('"alice"')).toEqual([["Cookie", 'user="alice"']]);
  });
});
