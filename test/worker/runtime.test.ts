import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { createRuntime, edgeRequest } from "../../adapters/cloudflare/runtime.ts";
import type { DecisionEvent } from "../../src/event.ts";

const settings = { replay: { mode: "durable", shards: 4, regions: "off", window: 130 } } as const;
const runtime = (bindings: object) =>
  createRuntime({ REPLAY: env.REPLAY, ...bindings }, settings, "REPLAY");

afterEach(() => vi.restoreAllMocks());

const event: DecisionEvent = {
  v: 1,
  time: "2027-01-15T08:00:00.000Z",
  request_id: "9e2f0c5b7d1a4c3e-FRA",
  outcome: "refuse",
  status: 401,
  code: "proof.htu",
  rule: "upstream:api",
  method: "GET",
  alg: "ES256",
  duration: 3,
};

test("an event is one JSON line, and one data point where EVENTS is bound", () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const writeDataPoint = vi.fn();
  runtime({ EVENTS: { writeDataPoint } }).emit(event);
  expect(log.mock.calls).toEqual([[JSON.stringify(event)]]);
  expect(writeDataPoint.mock.calls).toEqual([
    [
      {
        indexes: ["upstream:api"],
        blobs: ["refuse", "proof.htu", "ES256", "", "", "GET", "", "", "", "", "", "", "", "", ""],
        doubles: [1, 3, 401, 0, 0, 0, 0],
      },
    ],
  ]);
  runtime({}).emit(event);
  expect(log).toHaveBeenCalledTimes(2);
});

test("an index stays within the 96 bytes that Analytics Engine takes", () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  const writeDataPoint = vi.fn();
  runtime({ EVENTS: { writeDataPoint } }).emit({ ...event, rule: "\u{20ac}".repeat(100) });
  const [index] = writeDataPoint.mock.calls[0]?.[0].indexes ?? [];
  expect(new TextEncoder().encode(index).byteLength).toBeLessThanOrEqual(96);
});

test("a secret is a text binding of that very name, and nothing else", () => {
  const { secret } = runtime({ TEXT: "a secret", NUMBER: 7, OBJECT: {} });
  expect(secret({ binding: "TEXT" })).toBe("a secret");
  for (const binding of ["NUMBER", "OBJECT", "ABSENT", "toString", "__proto__"])
    expect(secret({ binding })).toBeUndefined();
  expect(secret({ path: "/etc/passwd" })).toBeUndefined();
});

test("a missing namespace is named, with what to add", () => {
  expect(() => createRuntime({}, settings, "MY_REPLAY")).toThrow(
    /MY_REPLAY.*durable_objects\.bindings.*ReplayShard/,
  );
});

const noBody = async () => new Uint8Array();

test("the client's address is the platform's, never a forwarded header", () => {
  const url = "https://api.example.com/a%2fb?q=1";
  const told = edgeRequest(
    new Request(url, {
      headers: { "CF-Connecting-IP": "192.0.2.1", "X-Forwarded-For": "6.6.6.6" },
    }),
    noBody,
  );
  expect(told).toMatchObject({ method: "GET", url, clientAddress: "192.0.2.1" });
  const untold = edgeRequest(
    new Request(url, { headers: { "X-Forwarded-For": "6.6.6.6" } }),
    noBody,
  );
  expect(untold.clientAddress).toBeUndefined();
});
