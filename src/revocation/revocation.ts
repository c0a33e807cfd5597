import { BoundedMap } from "../bounded-map.ts";
import type { Configuration } from "../configuration.ts";
import { Fault, Refused } from "../decision.ts";
import { createPseudonymsOfAllKeys } from "../event/pseudonyms.ts";
import type { Kit, RevocationCode } from "../mechanisms.ts";
import type { Trail } from "../trail.ts";
import { eventRevocationId, type Revocable, revocationId } from "./entry.ts";
import { createRevocationLists, type HeldList } from "./list.ts";
import { revocationsPage } from "./page.ts";

/** Hashes of values that came again and again; some 150 bytes each. */
const mostIds = 4096;

/** The mechanism `revocation`. Throws a Fault where the runtime hands in no list. */
export function revocation(kit: Kit, configuration: Configuration): RevocationCode {
  const { revocation: settings, masterKey } = configuration;
  const { runtime, secrets } = kit;
  const store = runtime.revocations;
  if (settings === undefined || store === undefined) {
    throw new Fault(
      "The documents have serve.revocation, and nothing here holds the list: hand in runtime.revocations.",
    );
  }
  const lists = createRevocationLists(settings, store, runtime);
  const pseudonyms = createPseudonymsOfAllKeys(masterKey, secrets);
  const known = new BoundedMap<string, string>(mostIds);
  const { access, onFailure } = settings;

  async function idOf(kind: Revocable, value: string): Promise<string> {
    const name = `${kind} ${value}`;
    const before = known.get(name);
    if (before !== undefined) return before;
    const id = await revocationId(kind, value);
    known.set(name, id);
    return id;
  }

  /** The entries that would shut a value out; made only where the list has any of their kind. */
  async function idsOf({ forms }: HeldList, kind: Revocable, value: string): Promise<string[]> {
    const ids = forms.has(`${kind}.sha256.`) ? [await idOf(kind, value)] : [];
    if (!forms.has(`${kind}.event.`)) return ids;
    const made = (await pseudonyms()).map((each) => eventRevocationId(kind, each(value)));
    return [...ids, ...made];
  }

  async function current(): Promise<HeldList | undefined> {
    try {
      return await lists.current();
    } catch (missing) {
      if (onFailure === "pass" && missing instanceof Refused) return undefined;
      throw missing;
    }
  }

  return {
    async check(trail) {
      const list = await current();
      trail.lap("revocation");
      trail.revocation = list === undefined ? "unchecked" : "checked";
      if (list === undefined || list.until.size === 0) return;
      const now = runtime.now() / 1000;
      for (const [kind, value] of revocableValues(trail)) {
        for (const id of await idsOf(list, kind, value)) {
          const until = list.until.get(id);
          if (until === undefined || now >= until) continue;
          throw new Refused("token.revoked", { found: `its ${kind}, revoked ${told(until)}` });
        }
      }
    },

    async fault() {
      const { strange, forms } = await lists.current();
      if (strange > 0)
        return `${strange} of its entries have no id that is known, and match nobody`;
      const ofEvents = [...forms].some((form) => form.endsWith(".event."));
      return ofEvents && masterKey === undefined ? keyless : "";
    },

    ...(access === undefined ? {} : { page: revocationsPage({ access, lists, store, kit }) }),
  };
}

const keyless = "it has entries of event lines, which match nobody without a master_key";

/** `sub`: whoever the principal says, and the claim, where that is somebody else. */
function revocableValues({ token, principal }: Trail): [Revocable, string][] {
  const { jti, sub } = token?.claims ?? {};
  const subjects = new Set([principal?.id, sub].filter((each) => each !== undefined));
  return [
    ...(token?.jkt === undefined ? [] : [["jkt", token.jkt] satisfies [Revocable, string]]),
    ...(typeof jti === "string" ? [["jti", jti] satisfies [Revocable, string]] : []),
    ...[...subjects].map((each): [Revocable, string] => ["sub", String(each)]),
  ];
}

/** The last moment that a Date can tell, in seconds. */
const lastMoment = 8.64e12;

function told(until: number): string {
  return until > lastMoment ? "without end" : `until ${new Date(until * 1000).toISOString()}`;
}
