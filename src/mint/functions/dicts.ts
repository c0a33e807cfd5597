import { Fault } from "../../decision.ts";
import { member } from "../template-data.ts";
import { isTrue, text } from "../template-values.ts";
import { type Dict, dictOf, emptyDict, type FunctionGroup, isDict } from "./function.ts";

/** Dicts that templates made: no other mapping is ever changed. */
const ours = new WeakSet<object>();

/** Mappings by key. */
export const dicts: FunctionGroup = {
  dict(...pairs) {
    const made = fresh();
    for (let index = 0; index < pairs.length; index += 2) {
      made[text(pairs[index])] = pairs[index + 1] ?? "";
    }
    return made;
  },
  get: (dict, key) => member(dictOf(dict, "get"), text(key)) ?? "",
  set(dict, key, value) {
    const changed = changeable(dict, "set");
    // A copy, so that no dict can hold itself.
    changed[text(key)] = deepCopy(value);
    return changed;
  },
  unset(dict, key) {
    const changed = changeable(dict, "unset");
    delete changed[text(key)];
    return changed;
  },
  hasKey: (dict, key) => Object.hasOwn(dictOf(dict, "hasKey"), text(key)),
  pluck: (key, ...all) =>
    all
      .map((dict) => dictOf(dict, "pluck"))
      .filter((dict) => Object.hasOwn(dict, text(key)))
      .map((dict) => member(dict, text(key))),
  keys: (...all) => all.flatMap((dict) => Object.keys(dictOf(dict, "keys")).sort()),
  values: (dict) =>
    Object.keys(dictOf(dict, "values"))
      .sort()
      .map((name) => member(dict, name)),
  pick: (dict, ...names) => only(dict, (name) => names.map(text).includes(name), "pick"),
  omit: (dict, ...names) => only(dict, (name) => !names.map(text).includes(name), "omit"),
  merge: (into, ...others) => merged(into, others, false),
  mustMerge: (into, ...others) => merged(into, others, false),
  mergeOverwrite: (into, ...others) => merged(into, others, true),
  mustMergeOverwrite: (into, ...others) => merged(into, others, true),
  deepCopy,
  mustDeepCopy: deepCopy,
  /** `dig "a" "b" DEFAULT DICT` */
  dig(...values) {
    let found = values.at(-1);
    for (const key of values.slice(0, -2)) {
      if (!isDict(found) || !Object.hasOwn(found, text(key))) return values.at(-2);
      found = member(found, text(key));
    }
    return found;
  },
};

function fresh(): Dict {
  const made = emptyDict();
  ours.add(made);
  return made;
}

function changeable(value: unknown, name: string): Dict {
  if (isOurs(value)) return value;
  throw new Fault(
    `The template function ${name} changes a dict that the template made: begin with deepCopy.`,
  );
}

function isOurs(value: unknown): value is Dict {
  return isDict(value) && ours.has(value);
}

function only(value: unknown, wanted: (name: string) => boolean, name: string): Dict {
  const made = fresh();
  for (const [key, inner] of Object.entries(dictOf(value, name))) {
    if (wanted(key)) made[key] = inner;
  }
  return made;
}

/** mergo's: what is there and not empty stays, unless it is to be overwritten; mappings meet inside. */
function merged(into: unknown, others: readonly unknown[], overwrite: boolean): unknown {
  const target = isOurs(into) ? into : changeable(deepCopy(dictOf(into, "merge")), "merge");
  for (const other of others) {
    for (const [key, value] of Object.entries(dictOf(other, "merge"))) {
      const known = member(target, key);
      if (isDict(known) && isDict(value)) target[key] = merged(deepCopy(known), [value], overwrite);
      else if (overwrite ? isTrue(value) || !(key in target) : !isTrue(known)) {
        target[key] = deepCopy(value);
      }
    }
  }
  return target;
}

function deepCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deepCopy);
  if (!isDict(value)) return value;
  const made = fresh();
  for (const [key, inner] of Object.entries(value)) made[key] = deepCopy(inner);
  return made;
}
