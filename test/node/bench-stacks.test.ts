import { describe, expect, test } from "vitest";
import { compiledCode, kindOf, ourJavaScript, shortened } from "../../bench/stack-kinds.ts";

const root = [
  "workerd::IoContext::runSingle",
  "kj::_::ChainPromiseNode::fire",
  "kj_rs_tokio::TokioAsyncIoContext::blockOn",
  "workerd_server::entry::serve",
];
const microtask = ["Builtins_RunMicrotasks", "workerd::jsg::Lock::runMicrotasks", ...root];
const walk = ["JS walk src/authorizer.ts", ...microtask];
const event = ["JS eventOf src/event/build.ts", "JS decide src/authorizer.ts", ...microtask];
const callback = "workerd::jsg::MethodCallback::callback";

/** Innermost first. */
const stacks: readonly (readonly [kind: string, stack: readonly string[]])[] = [
  ["signatures", ["__ecp_nistz256_mul_montx"]],
  [
    "signatures",
    [
      "sha256_block_data_order",
      "workerd::api::AsymmetricKeyCryptoKeyImpl::verify",
      "workerd::api::SubtleCrypto::verify",
      ...walk,
    ],
  ],
  [
    "other cryptography, and Web Crypto around all",
    ["HMAC", "workerd::api::SubtleCrypto::verify", ...walk],
  ],
  [
    "garbage collection",
    ["v8::internal::Scavenger::Process", "v8::internal::Heap::CollectGarbage", ...walk],
  ],
  [
    "compiling",
    ["v8::internal::maglev::MaglevConcurrentDispatcher::JobTask::Run", "v8::base::ThreadEntry"],
  ],
  [
    "the replay claim: its message and its object",
    [
      "workerd::api::ServiceWorkerGlobalScope::setTimeout",
      "JS ride src/replay/waiting-line.ts",
      ...microtask,
    ],
  ],
  [
    "the replay claim: its message and its object",
    ["kj::_::HeapDisposer::disposeImpl", "workerd::api::JsRpcTargetBase::callImpl", ...root],
  ],
  ["the kernel", ["kernel: tcp_sendmsg", "kernel: do_syscall_64", "__GI___writev"]],
  ["the way to the upstream", ["memcpy", "workerd::api::fetchImpl", callback, ...walk]],
  ["timers", ["workerd::api::ServiceWorkerGlobalScope::clearTimeout", callback, ...walk]],
  ["the event and its line of log", ["v8::internal::JsonStringify", ...event]],
  [
    "headers, URLs, text: calls into the runtime",
    ["workerd::api::Headers::forEach", callback, ...walk],
  ],
  [ourJavaScript, ["Builtins_FindOrderedHashMapEntry", ...walk]],
  [
    "the runtime around a request",
    ["workerd::api::Response::send", "workerd::jsg::promiseContinuation", ...microtask],
  ],
  ["promises and microtasks", ["Builtins_ResumeGeneratorTrampoline", ...microtask]],
  ["HTTP", ["<hyper::proto::h1::role::Server as hyper::proto::h1::Http1Transaction>::parse"]],
  ["the runtime around a request", root],
  [
    "the replay claim: its message and its object",
    ["workerd::Worker::Lock::Lock", "a run for a message", ...root],
  ],
  ["the way to the upstream", ["workerd::Worker::Lock::Lock", "a run for an answer", ...root]],
  [ourJavaScript, ["JS walk src/authorizer.ts", "a run for an answer", ...root]],
  ["other", ["__memmove_avx512_unaligned_erms"]],
  ["other", []],
];

test.each(stacks)("%s: %j", (kind, stack) => {
  expect(kindOf(stack)).toBe(kind);
});

describe("a symbol is told without what it only mentions", () => {
  test.each([
    [
      "workerd::IoContext::runSingle<workerd::(anonymous namespace)::WorkerEntrypoint::requestImpl(kj::Own<int>)::$_0>(int)::{lambda()#1}",
      "workerd::IoContext::runSingle",
    ],
    [
      "workerd::api::(anonymous namespace)::callImpl(workerd::jsg::Lock&)",
      "workerd::api::anonymous::callImpl",
    ],
    [
      "_ZN7workerd3jsg14MethodCallbackIXadsoKcL_ZZNS_3api7Headers15registerMembersINS_3api12JsRpcPropertyE",
      "_ZN7workerd3jsg14MethodCallbackIXadsoKcL_ZZNS_3api7Headers15registerMembers",
    ],
    ["<tokio::io::Registration<A>>::poll", "<tokio::io::Registration<A>>::poll"],
    [
      "kj::_::TransformPromiseNode<workerd::IoContext::runSingle<workerd::IoContext::run<workerd::api::JsRpcTargetBase::JsRpcTargetBase(int)::$_0> > >::getImpl()",
      "a run for a message",
    ],
    [
      "workerd::IoContext::runSingle<workerd::IoContext::resumeAfterIo<workerd::api::(anonymous namespace)::fetchImplNoOutputLock(int)::$_7> >(int)",
      "a run for an answer",
    ],
  ])("%s", (symbol, name) => {
    expect(shortened(symbol)).toBe(name);
  });
});

test("of several pieces of code that had one place, the last one counts", () => {
  const code = compiledCode("1000 100 JS:~one\n1080 10 JS:^two\n1000 40 JS:*three four\n\ntorn 1");
  expect([0xfff, 0x1000, 0x103f, 0x1040, 0x1080, 0x108f, 0x1090, 0x1100].map(code)).toEqual([
    undefined,
    "JS:*three four",
    "JS:*three four",
    "JS:~one",
    "JS:^two",
    "JS:^two",
    "JS:~one",
    undefined,
  ]);
});
