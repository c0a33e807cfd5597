import { isRecord } from "../src/record.ts";

/** What the playground's page must know of the stage. */
export interface Setting {
  readonly edge: string;
  readonly issuer: string;
  readonly upstream: string;
  readonly resource: string;
  readonly scope: string;
  readonly clientId: string;
}

export function isSetting(value: unknown): value is Setting {
  const names = ["edge", "issuer", "upstream", "resource", "scope", "clientId"];
  return isRecord(value) && names.every((name) => typeof value[name] === "string");
}
