import type { Rule } from "../../configuration.ts";
import { below, type Place } from "../report.ts";
import type { Context } from "./context.ts";
import { looksIntoBody, looksIntoMessage } from "./looks-into-body.ts";

/** What a rule says of messages to an MCP server, and of bodies. */
export function judgeMessages(rule: Rule, place: Place, { hasMasterKey, report, target }: Context) {
  const { id, match, filterLists } = rule;
  if (match.mcp !== undefined && !hasMasterKey) {
    report.problem(below(place, "match", "mcp"), {
      reason: "sessions of an MCP server are bound to their caller, which needs a master_key",
      suggestion:
        "write master_key: {source: NAME}, and a jwks source NAME under secret_management",
    });
  }
  if (match.mcp === undefined && filterLists) {
    report.problem(below(place, "filter_lists"), {
      reason: "lists are filtered by what rules say of messages, and this rule has no match.mcp",
      suggestion: "write match: {mcp: {methods: [...]}}",
    });
  }
  if (match.mcp === undefined && looksIntoMessage(rule)) {
    report.problem(place, {
      reason: `an expression of the rule ${id} names MCP, and a rule without match.mcp reads no message: it could only refuse`,
      suggestion: "write match: {mcp: {}}, which takes every message",
    });
  }
  if (target !== "aws") return;
  if (match.mcp !== undefined) {
    report.note(
      below(place, "match", "mcp"),
      "API Gateway hands no message to an authorizer, which does not start with this rule: use the proxy, or the Worker where answers are streams",
    );
  } else if (looksIntoBody(rule)) {
    report.note(
      place,
      `the rule ${id} looks into bodies, and API Gateway hands none to an authorizer, which does not start with it: use the proxy`,
    );
  }
}
