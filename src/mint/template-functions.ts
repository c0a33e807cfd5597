/** How many arguments a function takes, and the module that it comes in: none, where it is the base's. */
export interface Arity {
  readonly least: number;
  readonly most: number;
  readonly group?: FunctionGroupName;
}

export const functionGroups = [
  "logic",
  "texts",
  "lists",
  "dicts",
  "encodings",
  "numbers",
  "cases",
  "paths",
  "regexes",
] as const;
export type FunctionGroupName = (typeof functionGroups)[number];

const any = 99;
type Row = readonly [least: number, most: number, names: string];

const base: readonly Row[] = [
  [2, 9, "index"],
  [1, 1, "quote toJson urlenc"],
  [2, 2, "default"],
  [1, any, "and or"],
];

const grouped: Readonly<Record<FunctionGroupName, readonly Row[]>> = {
  logic: [
    [1, 1, "not len empty fail kindOf typeOf"],
    [2, 2, "ne lt le gt ge deepEqual kindIs typeIs typeIsLike"],
    [2, any, "eq"],
    [3, 3, "ternary"],
    [0, any, "coalesce all any"],
  ],
  texts: [
    [1, any, "printf"],
    [0, any, "print println squote cat"],
    [1, 1, "toString upper lower title untitle swapcase trim nospace initials regexQuoteMeta"],
    [
      2,
      2,
      "trimAll trimall trimPrefix trimSuffix trunc abbrev repeat contains hasPrefix hasSuffix indent nindent split wrap",
    ],
    [3, 3, "substr replace plural splitn abbrevboth wrapWith"],
    [0, 3, "seq"],
  ],
  lists: [
    [0, any, "list tuple concat"],
    [
      1,
      1,
      "first last rest initial reverse uniq compact sortAlpha toStrings until mustFirst mustLast mustRest mustInitial mustReverse mustUniq mustCompact",
    ],
    [
      2,
      2,
      "append push prepend has chunk atIndex join splitList mustAppend mustPush mustPrepend mustHas mustChunk",
    ],
    [1, any, "without mustWithout"],
    [1, 3, "slice mustSlice"],
    [3, 3, "untilStep"],
  ],
  dicts: [
    [0, any, "dict"],
    [2, 2, "get unset hasKey"],
    [3, 3, "set"],
    [1, any, "pluck keys pick omit merge mustMerge mergeOverwrite mustMergeOverwrite"],
    [1, 1, "values deepCopy mustDeepCopy"],
    [3, any, "dig"],
  ],
  encodings: [
    [
      1,
      1,
      "urlquery b64enc b64dec b32enc b32dec fromJson mustFromJson mustToJson toRawJson mustToRawJson toPrettyJson mustToPrettyJson",
    ],
  ],
  numbers: [
    [1, 1, "int int64 atoi float64 toDecimal add1 add1f ceil floor"],
    [1, any, "add addf mul mulf subf divf max maxf biggest min minf"],
    [2, 2, "sub div mod"],
    [2, 3, "round"],
  ],
  cases: [[1, 1, "camelcase snakecase kebabcase"]],
  paths: [[1, 1, "base dir clean ext isAbs"]],
  regexes: [
    [2, 2, "regexMatch mustRegexMatch regexFind mustRegexFind"],
    [
      3,
      3,
      "regexFindAll mustRegexFindAll regexSplit mustRegexSplit regexReplaceAll mustRegexReplaceAll regexReplaceAllLiteral mustRegexReplaceAllLiteral",
    ],
  ],
};

/** Every function of templates, by name. */
export const functions: ReadonlyMap<string, Arity> = new Map([
  ...base.flatMap((row) => named(row)),
  ...functionGroups.flatMap((group) => grouped[group].flatMap((row) => named(row, group))),
]);

function named(
  [least, most, names]: Row,
  group?: FunctionGroupName,
): ReadonlyArray<readonly [string, Arity]> {
  const arity = group === undefined ? { least, most } : { least, most, group };
  return names.split(" ").map((name) => [name, arity] as const);
}
