import { describe, expect, test } from "vitest";
import { explain } from "../../../cli/explain/explain.ts";
import { type PitfallId, pitfalls } from "../../../cli/explain/pitfalls.ts";
import { readRequests } from "../../../cli/explain/read-requests.ts";
import { createProof, generateKey } from "../../../src/client/index.ts";
import { configuration, createWorld, noNonce, origin, start } from "../../core/authorizer/world.ts";
import { challenge, type Hop, har } from "./har.ts";

const key = await generateKey();
const another = await generateKey();
const world = createWorld();
const accessToken = await world.accessToken({ cnf: { jkt: key.thumbprint } });

/** A client's requests, by the requests (counted from 0) that show each pitfall. */
async function named(hops: readonly Hop[]): Promise<Partial<Record<PitfallId, number[]>>> {
  const { text } = await har(world, key, hops, accessToken);
  const { pitfalls } = await explain(readRequests(text), {
    configuration: noNonce,
    clock: () => Number.NaN,
  });
  return Object.fromEntries(pitfalls.map(({ pitfall, requests }) => [pitfall, [...requests]]));
}

const once = await createProof({
  key,
  method: "GET",
  url: `${origin}/api/x`,
  accessToken,
  now: () => start * 1000,
});

describe("a client that does it right shows none", () => {
  test.each<[string, readonly Hop[]]>([
    ["one call", [{}]],
    ["a new proof each", [{}, { at: 1 }, { at: 2 }]],
    ["a token request and a call", [{ token: true, path: "/token" }, { at: 1 }]],
    ["a challenge, then its nonce", [challenge("nonce-one"), { at: 1, nonce: "nonce-one" }]],
    ["a retry with a new proof", [{ status: 503 }, { at: 1 }]],
    [
      "a redirect, signed anew",
      [
        { status: 307, answer: { Location: "/api/y" } },
        { at: 1, path: "/api/y" },
      ],
    ],
    [
      "a small body that is challenged",
      [
        { method: "POST", bodySize: 100, ...challenge("nonce-one") },
        { at: 1, method: "POST", bodySize: 100, nonce: "nonce-one" },
      ],
    ],
    [
      "two origins, each with its nonce",
      [
        { token: true, path: "/token", ...challenge("the-issuers"), status: 400 },
        { at: 1, ...challenge("the-apis") },
      ],
    ],
  ])("%s", async (_, hops) => {
    expect(await named(hops)).toEqual({});
  });
});

describe("each pitfall is named, with the requests that show it", () => {
  test.each<[PitfallId, readonly Hop[], number[]]>([
    ["key.per-request", [{}, { at: 1, key: another }], [0, 1]],
    [
      "key.other-than-token",
      [
        { token: true, path: "/token" },
        { at: 1, key: another },
      ],
      [1],
    ],
    ["proof.reused", [{ proof: once }, { at: 5, proof: once }], [0, 1]],
    [
      "proof.retried",
      [
        { proof: once, status: 502 },
        { at: 1, proof: once },
      ],
      [0, 1],
    ],
    [
      "proof.retried",
      [
        { proof: once, status: 0 },
        { at: 1, proof: once },
      ],
      [0, 1],
    ],
    ["ath.missing", [{ withoutAth: true }], [0]],
    ["request.other", [{ signed: { method: "POST" } }], [0]],
    ["request.other", [{ signed: { path: "/api/y" } }], [0]],
    ["nonce.ignored", [challenge("nonce-one"), { at: 1, ...challenge("nonce-two") }], [0, 1]],
    [
      "nonce.ignored",
      [
        { answer: { "DPoP-Nonce": "rode-on-a-200" } },
        { at: 1, nonce: "an-older-one", ...challenge("nonce-two") },
      ],
      [0, 1],
    ],
    ["clock.off", [{ signed: { at: -180 }, status: 401 }], [0]],
    ["clock.off", [{ signed: { at: 180 }, status: 401 }], [0]],
    [
      "cold-start.parallel",
      [
        { took: 1, ...challenge("nonce-one") },
        { at: 0.2, took: 1, ...challenge("nonce-two") },
        { at: 0.3, took: 1, ...challenge("nonce-three") },
      ],
      [0, 1, 2],
    ],
    [
      "redirect.followed",
      [
        { status: 307, answer: { Location: "/api/y" } },
        { at: 1, path: "/api/y", signed: { path: "/api/x" } },
      ],
      [0, 1],
    ],
    [
      "redirect.followed",
      [
        { proof: once, status: 302, answer: { Location: `${origin}/api/y` } },
        { at: 1, path: "/api/y", proof: once },
      ],
      [0, 1],
    ],
    [
      "upload.challenged",
      [{ method: "PUT", bodySize: 10_000_000, ...challenge("nonce-one") }],
      [0],
    ],
  ])("%s", async (pitfall, hops, requests) => {
    expect(await named(hops)).toEqual({ [pitfall]: requests });
  });

  test("and all of them are above", () => {
    expect(Object.keys(pitfalls)).toHaveLength(11);
  });
});

test("a nonce that the documents demand is a pitfall only where none, or an old one, was sent", async () => {
  const asked = async (spent: boolean) => {
    const { text } = await har(world, key, [spent ? { nonce: "somebodys" } : {}]);
    const secrets = (from: object) =>
      "binding" in from ? world.secrets[String(from.binding)] : undefined;
    const { pitfalls, requests } = await explain(readRequests(text), {
      configuration,
      secrets,
      clock: () => Number.NaN,
    });
    return [requests[0]?.refused, pitfalls.map(({ pitfall }) => pitfall)];
  };
  expect(await asked(false)).toEqual(["nonce.missing", ["nonce.ignored"]]);
  expect(await asked(true)).toEqual(["nonce.invalid", ["nonce.ignored"]]);
});
