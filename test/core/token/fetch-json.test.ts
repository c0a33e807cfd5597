import { expect, test } from "vitest";
import { fetchText } from "../../../src/token/fetch-json.ts";
import { network } from "./issuer-double.ts";

const url = "https://idp.example/introspect";
const asked = { url, headers: new Headers(), signal: AbortSignal.timeout(5000) };

test.each([
  [undefined, ""],
  ["application/json", "application/json"],
  ["Application/JWT; charset=UTF-8; x=;", "application/jwt"],
  [" application/json ;", "application/json"],
  [";", ""],
])("the media type of %j is %j", async (written, type) => {
  // A body of bytes brings no type of its own.
  const answer = () =>
    new Response(
      new Uint8Array(),
      written === undefined ? {} : { headers: { "Content-Type": written } },
    );
  expect((await fetchText(network(answer).fetch, asked)).type).toBe(type);
});

test("what says no method is a GET, without a body", async () => {
  const net = network(() => new Response());
  await fetchText(net.fetch, asked);
  await fetchText(net.fetch, { ...asked, method: "POST", body: "token=1" });
  expect(net.asked.map(({ init }) => [init.method, init.body])).toEqual([
    ["GET", undefined],
    ["POST", "token=1"],
  ]);
});

test.each([
  [299, "answers"],
  [300, "a redirect, which is not followed"],
  [399, "a redirect, which is not followed"],
  [400, "answers"],
])("a status of %i: %s", async (status, expected) => {
  const answer = fetchText(network(() => new Response(null, { status })).fetch, asked);
  const said = await answer.then(
    () => "answers",
    (error: Error) => error.message,
  );
  expect(said).toContain(expected);
});
