import { expect, test } from "vitest";
import { regionOf } from "../../adapters/cloudflare/region.ts";

test.each([
  [{ continent: "EU", country: "DE", longitude: "8.68" }, "weur"],
  [{ continent: "EU", country: "PL", longitude: "21.01" }, "eeur"],
  [{ continent: "NA", country: "US", longitude: "-122.4" }, "wnam"],
  [{ continent: "NA", country: "US", longitude: "-73.9" }, "enam"],
  [{ continent: "NA", country: "MX" }, "enam"],
  [{ continent: "SA", country: "BR" }, "sam"],
  [{ continent: "AS", country: "JP" }, "apac"],
  [{ continent: "AS", country: "AE" }, "me"],
  [{ continent: "AF", country: "KE" }, "afr"],
  [{ continent: "AF", country: "EG" }, "me"],
  [{ continent: "OC", country: "NZ" }, "oc"],
  [{ continent: "AN" }, "none"],
  [{ continent: "constructor" }, "none"],
  [{ continent: 7 }, "none"],
  [{}, "none"],
  [undefined, "none"],
  [null, "none"],
])("%j is %s", (cf, region) => {
  expect(regionOf(cf)).toBe(region);
});
