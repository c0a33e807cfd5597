import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createClaimPaths } from "../../../src/claim-path/evaluate.ts";
import { ClaimPathError, isPlainPath, parseClaimPath } from "../../../src/claim-path/parse.ts";

const at = createClaimPaths();

/** The document of GJSON's own description of its syntax, and a little more. */
const claims: unknown = {
  name: { first: "Tom", last: "Anderson" },
  age: 37,
  children: ["Sara", "Alex", "Jack"],
  "fav.movie": "Deer Hunter",
  friends: [
    { first: "Dale", last: "Murphy", age: 44, nets: ["ig", "fb", "tw"] },
    { first: "Roger", last: "Craig", age: 68, nets: ["fb", "tw"] },
    { first: "Jane", last: "Murphy", age: 47, nets: ["ig", "tw"] },
  ],
  flags: [{ on: true, n: 1 }, { on: false, n: 2 }, { n: 3 }],
  client_id: "web",
  nothing: null,
  "0": "zero",
  "a|b": "pipe",
  "w#x": "hash",
  empty: [],
  deep: { list: [[1, 2], [3]] },
};

/** Results of gjson 1.20; its published examples come first. Without a result there is none. */
const rows: ReadonlyArray<readonly [path: string, ...result: readonly unknown[]]> = [
  ["name.last", "Anderson"],
  ["name.first", "Tom"],
  ["age", 37],
  ["children", ["Sara", "Alex", "Jack"]],
  ["children.0", "Sara"],
  ["children.1", "Alex"],
  ["children.9"],
  ["friends.1", { first: "Roger", last: "Craig", age: 68, nets: ["fb", "tw"] }],
  ["friends.1.first", "Roger"],
  ["fav\\.movie", "Deer Hunter"],
  ["friends.#", 3],
  ["friends.#.age", [44, 68, 47]],
  ['friends.#(last=="Murphy").first', "Dale"],
  ['friends.#(last=="Murphy")#.first', ["Dale", "Jane"]],
  ["friends.#(age>45)#.last", ["Craig", "Murphy"]],
  ["friends.#(age>=47)#.last", ["Craig", "Murphy"]],
  ["friends.#(age<45).first", "Dale"],
  ["friends.#(age<=44)#.first", ["Dale"]],
  ["friends.#(age!=44)#.first", ["Roger", "Jane"]],
  ['children.#(=="Alex")', "Alex"],
  ['children.#(!="Alex")#', ["Sara", "Jack"]],
  ['friends.#(nets.#(=="fb"))#.first', ["Dale", "Roger"]],
  ["friends.0.first", "Dale"],
  ["friends|0.first", "Dale"],
  ["friends.0|first", "Dale"],
  ["friends|0|first", "Dale"],
  ["friends|#", 3],
  [
    'friends.#(last="Murphy")#',
    [
      { first: "Dale", last: "Murphy", age: 44, nets: ["ig", "fb", "tw"] },
      { first: "Jane", last: "Murphy", age: 47, nets: ["ig", "tw"] },
    ],
  ],
  ['friends.#(last="Murphy")#|first'],
  ['friends.#(last="Murphy")#.0', []],
  [
    'friends.#(last="Murphy")#|0',
    { first: "Dale", last: "Murphy", age: 44, nets: ["ig", "fb", "tw"] },
  ],
  ['friends.#(last="Murphy")#.#', []],
  ['friends.#(last="Murphy")#|#', 2],
  ["friends.#.nets.0", ["ig", "fb", "ig"]],
  ["friends.#.nets|0", ["ig", "fb", "tw"]],
  ["friends.#.nets.#", [3, 2, 2]],
  ["friends.#.first|1", "Roger"],
  ["children.@reverse", ["Jack", "Alex", "Sara"]],
  ["children.@reverse.0", "Jack"],
  ["children|@reverse|0", "Jack"],
  ["name.@keys", ["first", "last"]],
  ["name.@values", ["Tom", "Anderson"]],
  ["@this.age", 37],
  ["@this|age", 37],
  ["[username,client_id].0", "web"],
  ["[client_id,username].0", "web"],
  ["[username,nope].0"],
  ["[name.first,age]", ["Tom", 37]],
  [
    '{name.first,age,"the_murphys":friends.#(last="Murphy")#.first}',
    { first: "Tom", age: 37, the_murphys: ["Dale", "Jane"] },
  ],
  ['{"id":client_id,"who":name.last}', { id: "web", who: "Anderson" }],
  ["[children.0,children.#]", ["Sara", 3]],
  ["nothing", null],
  ["nothing.x"],
  ["none.x"],
  ["age.x"],
  ["name.0"],
  ["0", "zero"],
  ["a\\|b", "pipe"],
  ["w\\#x", "hash"],
  ["empty.#", 0],
  ["empty.0"],
  ["empty.#.x", []],
  ["flags.#(on==true)#.n", [1]],
  ["flags.#(on==false)#.n", [2]],
  ["flags.#(on).n", 1],
  ["flags.#(on)#.n", [1, 2]],
  ["deep.list.#.0", [1, 3]],
  ["deep.list.#.#", [2, 1]],
  ["deep.list.0.1", 2],
  ["friends.#(first=Dale).age", 44],
  ['friends.#(name.first=="x")#', []],
  ["children.#.x", []],
  ["name.#"],
  ['friends.#(nets.0=="ig")#.first', ["Dale", "Jane"]],
  ['{name,"x":{age}}', { name: { first: "Tom", last: "Anderson" }, x: { age: 37 } }],
  ["[name.first,[age,client_id]]", ["Tom", [37, "web"]]],
  ["[friends.#(age>45)#.first,age].0.0", "Roger"],
];

test.each(rows.map(([path, result]) => ({ path, result })))("$path", ({ path, result }) => {
  expect(at(claims, path)).toEqual(result);
});

describe("what is no path here", () => {
  const spoilt: ReadonlyArray<readonly [path: string, says: RegExp]> = [
    ["", /a name is missing/],
    ["a..b", /a name is missing/],
    ["a*", /pattern: name the claim/],
    ["c?ildren", /pattern/],
    ["a b", /cannot stand in a name/],
    ["[a,b", /\] is missing/],
    ["[a,b]x", /x cannot stand here/],
    ["a.@pretty", /there is no @pretty here, but @this/],
    ["a.#(b~true)", /a query reads/],
    ['a.#(b%"D*")', /a query reads/],
    ["a.#(b==)", /behind == stands/],
    ['{"a" b}', /cannot stand/],
    ["[".repeat(20), /too deep/],
    ["a".repeat(600), /longer than 512/],
  ];
  test.each(spoilt)("%s", (path, says) => {
    expect(() => parseClaimPath(path)).toThrow(ClaimPathError);
    expect(() => parseClaimPath(path)).toThrow(says);
  });
});

test("nothing reaches a prototype", () => {
  for (const path of [
    "__proto__",
    "constructor.name",
    "name.toString",
    "children.length",
    "[constructor].0",
    "children.#.constructor",
  ]) {
    expect(at(claims, path) ?? []).toEqual([]);
  }
});

test("any text is a path or an error that says why", () => {
  const letter = fc.constantFrom(...'abc.|#()[]{},@=<>!"\\ 01:'.split(""));
  fc.assert(
    fc.property(
      fc.array(letter).map((letters) => letters.join("")),
      fc.jsonValue(),
      (path, value) => {
        try {
          at(value, path);
        } catch (error) {
          if (!(error instanceof ClaimPathError)) throw error;
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("a name with any letters is found when they are escaped, and a plain path is one to both", () => {
  const name = fc.string({ minLength: 1, maxLength: 8 }).filter((one) => one !== "__proto__");
  fc.assert(
    fc.property(name, name, (outer, inner) => {
      const path = [outer, inner]
        .map((one) => one.replace(/[^A-Za-z0-9]/g, (letter) => `\\${letter}`))
        .join(".");
      const value = { [outer]: { [inner]: "here" } };
      expect(at(value, path)).toBe("here");
      if (isPlainPath(path)) expect(path.split(".")).toEqual([outer, inner]);
    }),
  );
});
