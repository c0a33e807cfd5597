import type { Region } from "../../src/replay/place.ts";

const continents: ReadonlyMap<string, Region> = new Map([
  ["AF", "afr"],
  ["AS", "apac"],
  ["OC", "oc"],
  ["SA", "sam"],
]);
/** ISO 3166-1 of what Cloudflare's location hints call the Middle East. */
const middleEast = new Set("AE BH CY EG IL IQ IR JO KW LB OM PS QA SA SY TR YE".split(" "));

/**
 * The location hint of a request, by where the platform says that its client is; none for who is
 * nowhere. It only picks where a nonce leads: a wrong one costs a longer way, never a verdict.
 */
export function regionOf(cf: unknown): Region {
  if (cf === undefined) return "none";
  const { continent, country, longitude } = located(cf);
  if (middleEast.has(country)) return "me";
  if (continent === "NA") return longitude < -100 ? "wnam" : "enam";
  if (continent === "EU") return longitude > 15 ? "eeur" : "weur";
  return continents.get(continent) ?? "none";
}

function located(cf: unknown) {
  const told: object = typeof cf === "object" && cf !== null ? cf : {};
  const text = (name: string): string => {
    const value: unknown = Reflect.get(told, name);
    return typeof value === "string" ? value : "";
  };
  return {
    continent: text("continent"),
    country: text("country"),
    longitude: Number(text("longitude") || Number.NaN),
  };
}
