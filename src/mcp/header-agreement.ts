import { Refused } from "../decision.ts";
import type { Fields } from "../fields.ts";
import { isJsonObject } from "../jws/json.ts";
import type { Message } from "./message.ts";
import { decodeHeaderValue, mcpName } from "./request-headers.ts";

const versionMember = "io.modelcontextprotocol/protocolVersion";

/**
 * MCP 2026-07-28, Streamable HTTP: what headers say of the message must be what it says itself, or
 * something on the way is misled. Headers that are absent say nothing. @throws Refused mcp.mismatch
 */
export function checkHeaderAgreement(headers: Fields, messages: readonly Message[]): void {
  headers.forEach((_, name) => {
    // CGI and its heirs read Mcp_Session_Id as Mcp-Session-Id.
    if (/^mcp[^a-z0-9]/.test(name) && /[^a-z0-9-]/.test(name)) throw mismatch();
  });
  const [only, ...more] = messages;
  const { method, parameters = {} } = only ?? {};
  const name = method === undefined ? undefined : mcpName(method, parameters);
  const meta = parameters._meta;
  const version = isJsonObject(meta) ? meta[versionMember] : undefined;
  agree(headers.get("Mcp-Method"), more.length === 0 ? method : undefined);
  agree(headers.get("Mcp-Name"), more.length === 0 ? name : undefined);
  if (version !== undefined) agree(headers.get("MCP-Protocol-Version"), version);
}

function agree(header: string | null, said: unknown): void {
  if (header === null) return;
  // What cannot be decoded agrees with nothing, not even with what is not said.
  if (said === undefined || decodeHeaderValue(header) !== said) throw mismatch();
}

function mismatch(): Refused {
  return new Refused("mcp.mismatch", { expected: "headers that repeat what the message says" });
}
