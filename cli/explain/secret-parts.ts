import { parseCompact } from "../../src/jws/compact.ts";
import { createMask } from "./mask.ts";
import type { SentRequest } from "./sent-request.ts";

/** Fields that are secret as a whole, whatever is in them. */
const secretFields = ["Authorization", "DPoP", "Cookie", "Proxy-Authorization", "X-Api-Key"];

/** What must not be shown of a request: tokens, proofs, nonces, cookies, query values. */
export function secretsOf({ headers, url, answer }: SentRequest): string[] {
  const values = secretFields.flatMap((name) => headers.get(name) ?? []);
  const parts = values.flatMap((value) => value.split(/[\s,;]+/));
  const cookies = (headers.get("Cookie") ?? "")
    .split("; ")
    .map((pair) => pair.replace(/^[^=]*=/, ""));
  const nonces = parts.flatMap((part) => parseCompact(part)?.payload.nonce ?? []);
  const query = /\?(.*)$/.exec(url)?.[1] ?? "";
  return [
    ...values,
    ...parts,
    ...cookies,
    ...nonces.filter((nonce) => typeof nonce === "string"),
    ...query.split(/[&=]/).filter((part) => part.length >= 16),
    answer?.headers.get("DPoP-Nonce") ?? "",
  ];
}

/** A request's URL without query, userinfo and whatever else of the request is secret. */
export function shownUrl(request: SentRequest): string {
  const [place = ""] = request.url.split("?");
  return createMask(secretsOf(request))(place.replace(/\/\/[^/]*@/, "//"));
}
