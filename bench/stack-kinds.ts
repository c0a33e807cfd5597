// What a stack of the workerd process is spent on, and the names that it is told by.

export const ourJavaScript = "our JavaScript, and what of V8 it calls";

/**
 * A stack is of the first row of which any of its frames speaks: the sharply drawn come before what
 * they are called from. Assembly and Rust keep no frame pointers, so theirs are known by their names.
 */
const rows = [
  ["signatures", /AsymmetricKey|ecdsa|ecp_nistz256|beeu_mod|p256|^(?:ec|bn)_/i],
  [
    "other cryptography, and Web Crypto around all",
    /SubtleCrypto|api::Crypto|DigestStream|sha\d+_|aes_hw|HMAC|RAND_|EVP_/,
  ],
  [
    "garbage collection",
    /CollectGarbage|Scaveng|MarkCompact|Sweep|MinorGC|Marking|GCTracer|Evacuat|WeakHandles/,
  ],
  [
    "compiling",
    /Optimiz(?:ing|ed)Compil|Compiler::Compile|internal::(?:compiler|maglev|baseline)::|TieringManager/,
  ],
  [
    "the replay claim: its message and its object",
    /JsRpc|DurableObject|Actor|SqlStorage|sqlite|anonymous::callImpl|^JS .* (?:src\/replay|src\/dpop\/claim|adapters\/cloudflare\/(?:replay|claim|shard))/,
  ],
  ["the kernel", /^kernel:/],
  [
    "the way to the upstream",
    /fetchImpl|handleHttp(?:Fetch)?Response|makeHttpResponse|GlobalScope::fetch|Fetcher::|getSubrequest/,
  ],
  ["timers", /(?:set|clear)Timeout|Timeout(?:Manager|Id)|Timer/],
  ["the event and its line of log", /^JS .* src\/(?:event|trail)|[cC]onsole/],
  [
    "headers, URLs, text: calls into the runtime",
    /(?:Method|Getter|Setter|Constructor|Propert(?:y|ies))Callback/,
  ],
  [ourJavaScript, /^JS /],
  ["the runtime around a request", /promiseContinuation/],
  ["promises and microtasks", /RunMicrotasks|awaitJs/],
  [
    "HTTP",
    /hyper|\bhttp::|httparse|\btokio::|\bmio::|\bbytes::|futures_|\bkj_rs::|^<?(?:core|alloc)::|listen_http|response_send|async_(?:in|out)put_stream/,
  ],
  ["the replay claim: its message and its object", /^a run for a message/],
  ["the way to the upstream", /^a run for an answer/],
  ["timers", /^a run for a clock/],
  ["the runtime around a request", /workerd|kj::/],
  ["other", /^/],
] as const;

export type Kind = (typeof rows)[number][0];

const places = new Map<string, number>();

/** `stack`: names of frames, the innermost first. */
export function kindOf(stack: readonly string[]): Kind {
  const first = Math.min(...stack.map(placeOf));
  return rows[first]?.[0] ?? "other";
}

function placeOf(name: string): number {
  const known = places.get(name);
  if (known !== undefined) return known;
  const place = rows.findIndex(([, frame]) => frame.test(name));
  places.set(name, place);
  return place;
}

/** What an IoContext runs for is only in the templates. */
const runs = [
  ["a run for a message", /JsRpcTargetBase|::callImpl/],
  ["a run for an answer", /::fetchImpl/],
  ["a run for a clock", /TimeoutManagerImpl/],
] as const;

/** A symbol without its templates and parameters, which name what is neither caller nor called. */
export function shortened(symbol: string): string {
  if (symbol.includes("IoContext::runSingle<")) {
    const run = runs.find(([, what]) => what.test(symbol));
    if (run !== undefined) return run[0];
  }
  // Rust's own way to write a type.
  if (symbol.startsWith("<")) return symbol;
  let name = symbol.replaceAll("(anonymous namespace)", "anonymous");
  for (let was = ""; was !== name; ) {
    was = name;
    name = name.replace(/<[^<>]*>/g, "");
  }
  return name.replace(/\(.*|(?<=registerMembers).*/, "");
}

/**
 * The name of the compiled code at an address, by the map that V8 writes (`--perf-basic-prof`). Of
 * several entries the last: code is freed, and its place used again.
 */
export function compiledCode(map: string): (address: number) => string | undefined {
  const entries = map.split("\n").flatMap((line) => {
    const [, start, size, name] = /^([0-9a-f]+) ([0-9a-f]+) (.+)$/.exec(line) ?? [];
    if (start === undefined || size === undefined) return [];
    const from = Number.parseInt(start, 16);
    return [{ from, to: from + Number.parseInt(size, 16), name }];
  });
  return (address) => entries.findLast(({ from, to }) => from <= address && address < to)?.name;
}
