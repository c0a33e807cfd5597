export { type Authorizer, createAuthorizer } from "./authorizer.ts";
export type { Configuration } from "./configuration.ts";
export {
  type Allow,
  type Answer,
  type Decision,
  type Detail,
  Fault,
  type Principal,
  type Refusal,
  type RefusalCode,
  refusals,
} from "./decision.ts";
export { createMemoryReplay } from "./dpop/replay-memory.ts";
export type { PlainHeaders, ReceivedRequest } from "./embedding.ts";
export type { DecisionEvent, EventSink } from "./event.ts";
export type { Equipped, Mechanisms } from "./mechanisms.ts";
export { createMemoryRevocations } from "./revocation/memory.ts";
export type {
  Claim,
  EdgeRequest,
  ReplayStore,
  Revocation,
  RevocationAnswer,
  RevocationChange,
  RevocationStore,
  Runtime,
  Verdict,
} from "./runtime.ts";
export type {} from "./web-names.ts";
