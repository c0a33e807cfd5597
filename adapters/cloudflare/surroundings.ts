import type { Region } from "../../src/replay/place.ts";
import { regionOf } from "./region.ts";

/** Where an isolate is, and its clients: those of one come from around one place. */
export interface Surroundings {
  readonly region: Region;
  /** Cloudflare's name of it. */
  readonly dataCenter: string | undefined;
  look(request: Pick<Request, "cf">): void;
}

/** Milliseconds between two looks: `cf` is text until it is looked at, and then parsed whole. */
const often = 1000;

export function createSurroundings(): Surroundings {
  let looked = Number.NEGATIVE_INFINITY;
  let region: Region = "none";
  let dataCenter: string | undefined;
  return {
    get region() {
      return region;
    },
    get dataCenter() {
      return dataCenter;
    },
    look(request) {
      const now = Date.now();
      if (Math.abs(now - looked) < often) return;
      looked = now;
      const { cf } = request;
      region = regionOf(cf);
      dataCenter = typeof cf?.colo === "string" ? cf.colo : undefined;
    },
  };
}
