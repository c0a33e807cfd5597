import { expect, test } from "vitest";
import { httpRequest } from "../../../adapters/aws/http-event.ts";
import { loadBalancerRequest } from "../../../adapters/aws/load-balancer-event.ts";
import { restRequest } from "../../../adapters/aws/rest-event.ts";
import type { Fields } from "../../../src/fields.ts";
import { credentials as read } from "../../../src/token/credentials.ts";
import { httpEvent, loadBalancerEvent, restEvent } from "./events.ts";

const credentials = (headers: Fields) => read(headers, "", { token: 1000, proof: 1000 });
const settings = { publicOrigins: ["https://api.example.com"] };
const requests = (repeated: boolean) => {
  const proofs = repeated ? ["p.r.1", "p.r.2"] : ["p.r.1"];
  const sent = { Authorization: "DPoP t.o.k", DPoP: proofs };
  const joined = { authorization: "DPoP t.o.k", dpop: proofs.join(",") };
  const multiple = { authorization: ["DPoP t.o.k"], dpop: proofs };
  return {
    "a REST API": restRequest(restEvent({ headers: sent }), settings),
    "an HTTP API": httpRequest(httpEvent({ headers: joined }), settings),
    "a load balancer": loadBalancerRequest(loadBalancerEvent(multiple), settings),
  };
};

test.each(Object.keys(requests(false)))("%s: two proofs are seen, one is read", (name) => {
  const kind = name as keyof ReturnType<typeof requests>;
  const sent = { kind: "sent", scheme: "dpop", token: "t.o.k", proof: "p.r.1" };
  expect(credentials(requests(false)[kind].headers)).toEqual(sent);
  expect(() => credentials(requests(true)[kind].headers)).toThrow("proof.multiple");
});

test("repeated headers that differ in case are repeated all the same", () => {
  const headers = { dpop: "p.r.1", DPoP: "p.r.2", authorization: "DPoP t.o.k" };
  expect(() => credentials(restRequest(restEvent({ headers }), settings).headers)).toThrow(
    "proof.multiple",
  );
});

test("an event without multiValueHeaders, or without any headers, is read as far as it goes", () => {
  const single = { multiValueHeaders: null, headers: { "X-One": "1" } };
  expect(restRequest(restEvent({}, single), settings).headers.get("x-one")).toBe("1");
  const empty = { multiValueHeaders: null, headers: null };
  restRequest(restEvent({}, empty), settings).headers.forEach(() => {
    expect.fail("a header");
  });
});

test("payload 2.0 keeps cookies apart", () => {
  const request = httpRequest(httpEvent({ cookies: ["a=1", "b=2"] }), settings);
  expect(request.headers.get("Cookie")).toBe("a=1; b=2");
});

test("a value that was decoded is octets again, and no header is lost to it", () => {
  const request = restRequest(restEvent({ headers: { "X-Name": "Zoë 東" } }), settings);
  expect(Buffer.from(request.headers.get("x-name") ?? "", "latin1").toString()).toBe("Zoë 東");
});

test("the address is the platform's, not a header's", () => {
  const forged = { "X-Forwarded-For": "192.0.2.1" };
  expect(restRequest(restEvent({ headers: forged }), settings).clientAddress).toBe("203.0.113.7");
  const lower = { "x-forwarded-for": "192.0.2.1" };
  expect(httpRequest(httpEvent({ headers: lower }), settings).clientAddress).toBe("203.0.113.7");
});

test("a load balancer without multi-value headers is refused", () => {
  const single = { multiValueHeaders: undefined, headers: { dpop: "p.r.2" } };
  expect(() => loadBalancerRequest(loadBalancerEvent({}, single), settings)).toThrow(
    "lambda.multi_value_headers.enabled",
  );
});

test("a Host that is none is the client's fault, and nobody's deployment's", () => {
  const two = { publicOrigins: ["https://one.example", "https://two.example"] };
  for (const host of ["a b", "a, b", "[", "a:b"])
    expect(loadBalancerRequest(loadBalancerEvent({ host: [host] }), two).url).toBe("");
});
