import type { Configuration, Rule } from "../configuration.ts";
import { allowsOrigin } from "../cors.ts";
import { Fault, type Finish, type Principal, Refused } from "../decision.ts";
import { given, type Kit, type OurHeaders } from "../mechanisms.ts";
import type { Seen } from "../mint/template-data.ts";
import { checkScopes } from "../policy/scopes.ts";
import type { Judged, Policy } from "../policy/steps.ts";
import type { Matched, Router } from "../route/router.ts";
import type { EdgeRequest, RequestUrl } from "../runtime.ts";
import type { Trail } from "../trail.ts";
import { checkHeaderAgreement } from "./header-agreement.ts";
import { filterLists, type Visible } from "./lists.ts";
import { createFits } from "./match.ts";
import { callOf, type Message, messagesIn } from "./message.ts";
import { type Caller, forwardAlike, scopesOf, shown } from "./rule.ts";
import { createSessions, type Owner, type Sessions } from "./session.ts";

/** What the line lends the gateway. */
export interface Line {
  readonly configuration: Configuration;
  readonly router: Router;
  readonly policy: Policy;
}

/** Judges requests to MCP servers by the messages that they carry; one per process or isolate. */
export interface McpGateway {
  /**
   * Reads the message, or the batch, and finds its rules. `found` is the rule by everything but the
   * message. @throws Refused mcp.*, body.too_large
   */
  ask(request: EdgeRequest, url: RequestUrl, found: Rule): Promise<McpAsked>;
}

/** What a request asks of an MCP server. */
export interface McpAsked {
  /** The rule of the first message; where one message of a batch has none, of who opens a session. */
  readonly matched: Matched;
  /** The first message; an empty one where the request carries none. */
  readonly message: Message;
  /** Whether a rule of any message does. */
  readonly looksIntoBody: boolean;
  /**
   * All messages and the session, for a caller who has passed the rule of the first.
   * @param judged what that rule's steps have learned
   * @throws Refused policy.*, mcp.session, mcp.mixed
   */
  admit(principal: Principal, seen: Seen, judged: Judged, trail: Trail): Promise<McpAdmitted>;
}

export interface McpAdmitted {
  /** For the server. */
  readonly headers: OurHeaders;
  readonly finish: Finish;
}

/** A message and the rule for it, where there is one. */
interface Part {
  readonly message: Message | undefined;
  readonly matched: Matched | undefined;
}

export type McpCode = (kit: Kit, line: Line) => McpGateway;

export const createGateway: McpCode = (kit, { configuration, router, policy }) => {
  const fits = createFits();
  const { masterKey, limits } = configuration;
  const sessions = masterKey && createSessions(kit.secrets, masterKey);

  return {
    async ask(request, url, found) {
      checkOrigin(request, url, found.cors ?? configuration.cors);
      const messages = await messagesIn(request, limits.body);
      checkHeaderAgreement(
        request.headers,
        messages.flatMap((each) => each ?? []),
      );
      const ruleOf = (message: Message | undefined): Matched | undefined =>
        router.find(request.method, url, (rule) => judges(rule, found, message));
      const parts = messages.map((message) => ({ message, matched: ruleOf(message) }));
      const [first] = parts;
      const matched = parts.every((part) => part.matched) ? first?.matched : ruleOf(undefined);
      return {
        matched: matched ?? { rule: found, captures: {} },
        message: first?.message ?? { parameters: {} },
        looksIntoBody: parts.some((part) => part.matched?.rule.body === true),
        async admit(principal, seen, judged, trail) {
          await admitAll(parts, principal, seen, judged, trail);
          const rule = matched?.rule ?? found;
          const owner = { principal, server: rule.forwardTo?.host ?? "" };
          const filters = parts.some((part) => hasToFilter(part, url));
          const visible: Visible = async (kind, name) => {
            const message = { method: callOf[kind], named: { kind, name }, parameters: {} };
            const called = router.find("POST", url, (each) => judges(each, found, message));
            if (called === undefined) return false;
            const caller = { principal, authenticator: trail.authenticator };
            return await mayCall(shown(called), message, caller, seen);
          };
          for (const { message } of parts) await checkMentions(message, visible);
          return answering(filters, request, requireSessions(sessions), owner, visible);
        },
      };
    },
  };

  /** A rule without conditions for messages takes part only where its path is the very same. */
  function judges(rule: Rule, found: Rule, message: Message | undefined): boolean {
    const { mcp, routes } = rule.match;
    if (mcp !== undefined) return fits(mcp, message);
    const paths = found.match.routes.map(({ expression }) => expression);
    return routes.some(({ expression }) => paths.includes(expression));
  }

  /**
   * The answer to a batch holds the answers to all of its messages. A stream that is taken up again
   * (Last-Event-ID) may hold the answer to any message, so there every rule counts.
   */
  function hasToFilter({ matched, message }: Part, url: RequestUrl): boolean {
    if (matched?.rule.filterLists === true) return true;
    if (message?.method !== undefined) return false;
    return (
      router.find(
        "POST",
        url,
        ({ match, filterLists }) => match.mcp !== undefined && filterLists === true,
      ) !== undefined
    );
  }

  /** All or nothing. The first message's rule has been passed already. */
  async function admitAll(
    parts: readonly Part[],
    principal: Principal,
    seen: Seen,
    judged: Judged,
    trail: Trail,
  ): Promise<void> {
    const [first] = parts;
    for (const { matched, message } of parts) {
      if (matched === undefined)
        throw new Refused("policy.denied", { found: "a message that no rule is for" });
      if (message === first?.message) continue;
      if (!forwardAlike(matched.rule, first?.matched?.rule)) throw new Refused("mcp.mixed");
      trail.rule = matched.rule;
      const { authenticator } = trail;
      const scopes = scopesOf(matched.rule, authenticator);
      if (authenticator) trail.authenticator = { ...authenticator, ...(scopes ? { scopes } : {}) };
      const caller = { principal, authenticator };
      const also = await pass(matched, message, caller, seen);
      if (said(also, matched.rule) !== said(judged, matched.rule)) throw new Refused("mcp.mixed");
    }
  }

  /** What finalizers make headers of: said of one message, it must not go along with another. */
  function said({ seen, headers }: Judged, { finalizers }: Matched["rule"]): string {
    const conditions = finalizers.map(
      (each) => each.if === undefined || given(kit.mechanisms.cel, "cel").holds(each.if, seen),
    );
    return JSON.stringify([seen.outputs, headers, conditions]);
  }

  async function mayCall(
    matched: Matched,
    message: Message,
    caller: Caller,
    seen: Seen,
  ): Promise<boolean> {
    if (matched.rule.authenticators.some(({ type }) => type === "unauthorized")) return false;
    try {
      await pass(matched, message, caller, seen);
      return true;
    } catch (refusal) {
      if (refusal instanceof Refused) return false;
      throw refusal;
    }
  }

  async function pass(
    { rule, captures }: Matched,
    message: Message | undefined,
    { principal, authenticator }: Caller,
    seen: Seen,
  ): Promise<Judged> {
    checkScopes(scopesOf(rule, authenticator), principal.scopes);
    const request = { ...seen.request, captures };
    return await policy.judge(rule.authorizers, {
      ...seen,
      request,
      ...(message ? { mcp: message } : {}),
    });
  }
};

type Cors = Configuration["cors"];

/** MCP, Streamable HTTP, security: a page of elsewhere is let in only where CORS is. */
function checkOrigin({ headers }: EdgeRequest, url: RequestUrl, cors: Cors): void {
  const origin = headers.get("Origin");
  if (origin === null || origin === url.public.origin) return;
  if (cors !== undefined && allowsOrigin(cors, origin)) return;
  throw new Refused("mcp.origin", { expected: "an origin that cors.allowed_origins lists" });
}

/** What a list would not show must not be told by another way. @throws Refused policy.denied */
async function checkMentions(message: Message | undefined, visible: Visible): Promise<void> {
  for (const [kind, name] of message?.mentions ?? [])
    if (!(await visible(kind, name)))
      throw new Refused("policy.denied", { found: `one of the ${kind} that is not the caller's` });
}

function requireSessions(sessions: Sessions | undefined): Sessions {
  if (sessions !== undefined) return sessions;
  throw new Fault(
    "Sessions of an MCP server are bound to their caller, and there is no master_key.",
  );
}

/** The session's id on its way in and out, and the lists on their way out. */
async function answering(
  filters: boolean,
  { headers }: EdgeRequest,
  sessions: Sessions,
  owner: Owner,
  visible: Visible,
): Promise<McpAdmitted> {
  const wrapped = headers.get("Mcp-Session-Id");
  const id = wrapped === null ? undefined : await sessions.unwrap(wrapped, owner);
  return {
    headers: [
      ...(id === undefined ? [] : [["Mcp-Session-Id", id] as const]),
      // What is to be looked into must not come compressed.
      ...(filters ? [["Accept-Encoding", "identity"] as const] : []),
    ],
    async finish(answered, body) {
      const given = answered.get("Mcp-Session-Id");
      if (given !== null) {
        const known = given === id && wrapped !== null;
        answered.set("Mcp-Session-Id", known ? wrapped : await sessions.wrap(given, owner));
      }
      const type = answered.get("Content-Type") ?? "";
      if (!filters || body === null || !/^(?:application\/json|text\/event-stream)/i.test(type))
        return body;
      if (answered.has("Content-Encoding"))
        throw new Fault("A list came compressed, though the server was asked not to.");
      answered.delete("Content-Length");
      return filterLists(body, type, visible);
    },
  };
}
