import { BoundedMap } from "../bounded-map.ts";
import type { Configuration } from "../configuration.ts";
import { Fault, Refused } from "../decision.ts";
import { createPseudonymsOfAllKeys } from "../event/pseudonyms.ts";
import type { Kit, RevocationCode } from "../mechanisms.ts";
import { jtiOf } from "../token/jti.ts";
import type { Trail } from "../trail.ts";
import { eventRevocationId, type Revocable, revocationId } from "./entry.ts";
import { createRevocationLists, type HeldList } from "./list.ts";
import { revocationsPage } from "./page.ts";

/** Hashes of values that came again and again; at most some 400 bytes each. */
const mostIds = 4096;
/** Characters: what an issuer makes longer is hashed each time. */
const longestKept = 256;

type Named = readonly [kind: Revocable, value: string];

/** The mechanism `revocation`. Throws a Fault where the runtime hands in no list. */
export function revocation(kit: Kit, configuration: Configuration): RevocationCode {
  const { revocation: settings, masterKey } = configuration;
  const { runtime, secrets } = kit;
  const store = runtime.revocations;
  if (settings === undefined || store === undefined) {
    throw new Fault("The documents have serve.revocation: hand in runtime.revocations.");
  }
  const lists = createRevocationLists(settings, store, runtime);
  const pseudonyms = createPseudonymsOfAllKeys(masterKey, secrets);
  const known = new BoundedMap<string, string>(mostIds);
  const { access, onFailure } = settings;

  async function idOf(kind: Revocable, value: string): Promise<string> {
    const id = await revocationId(kind, value);
    if (value.length <= longestKept) known.set(`${kind} ${value}`, id);
    return id;
  }

  /** The entries that would shut one of these out; made only where the list has any of their kind. */
  async function idsOf({ forms }: HeldList, values: readonly Named[]): Promise<string[]> {
    const ids: string[] = [];
    for (const [kind, value] of values) {
      // What is known is not waited for.
      if (forms.has(`${kind}.sha256.`))
        ids.push(known.get(`${kind} ${value}`) ?? (await idOf(kind, value)));
      if (!forms.has(`${kind}.event.`)) continue;
      for (const each of await pseudonyms()) ids.push(eventRevocationId(kind, each(value)));
    }
    return ids;
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
      for (const id of await idsOf(list, revocableValues(trail))) {
        const until = list.until.get(id);
        if (until === undefined || now >= until) continue;
        const [kind] = id.split(".");
        throw new Refused("token.revoked", {
          found: `its ${kind}, revoked until ${new Date(until * 1000).toISOString()}`,
        });
      }
    },

    async fault() {
      const { strange, until } = await lists.current();
      // Without a master key nothing is compared with what event lines show.
      const ofEvents = masterKey ? [] : [...until.keys()].filter((id) => id.includes(".event."));
      const lost = strange + ofEvents.length;
      return lost > 0 ? `${lost} of its entries match nobody` : "";
    },

    ...(access === undefined ? {} : { page: revocationsPage({ access, lists, store, kit }) }),
  };
}

/** `sub`: whoever the principal says, and the claim, where that is somebody else. */
function revocableValues({ token, principal }: Trail): Named[] {
  const { claims = {} } = token ?? {};
  const { sub } = claims;
  const jti = jtiOf(claims);
  const subjects = new Set(
    [principal?.id, sub].flatMap((each) =>
      typeof each === "string" || typeof each === "number" ? `${each}` : [],
    ),
  );
  const values: Named[] = [];
  if (token?.jkt !== undefined) values.push(["jkt", token.jkt]);
  if (jti !== undefined) values.push(["jti", jti]);
  for (const each of subjects) values.push(["sub", each]);
  return values;
}
