import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  CreateMessageResultSchema,
  ElicitResultSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
  SetLevelRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { type Loopback, listen } from "../../../testing/loopback.ts";
import { elicited, named, picture, prompts, read, resources, tools } from "./suite-content.ts";

/**
 * A server with everything that the suite's server scenarios ask for, over the SDK's own transport:
 * the reference server lacks much of it, and what it lacks says nothing of what is in between.
 */
export async function startSuiteServer(): Promise<Loopback> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  return listen(async (request, response) => {
    const session = request.headers["mcp-session-id"];
    const known = sessions.get(String(session));
    if (known !== undefined) return known.handleRequest(request, response);
    if (session !== undefined) return void response.writeHead(404).end();
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await suiteServer().connect(transport);
    return transport.handleRequest(request, response);
  });
}

function suiteServer(): Server {
  const capabilities = {
    tools: {},
    prompts: {},
    resources: { subscribe: true },
    logging: {},
    completions: {},
  };
  const server = new Server({ name: "suite", version: "1" }, { capabilities });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
  server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts }));
  server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: [{ name: "data", uriTemplate: "test://template/{id}/data" }],
  }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }) => ({
    contents: [read(params.uri)],
  }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) =>
    named(params.name, params.arguments ?? {}),
  );
  server.setRequestHandler(CompleteRequestSchema, () => ({
    completion: { values: ["paris", "park"], total: 2, hasMore: false },
  }));
  for (const schema of [SubscribeRequestSchema, UnsubscribeRequestSchema, SetLevelRequestSchema])
    server.setRequestHandler(schema, () => ({}));

  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const { name, arguments: given = {}, _meta } = params;
    const said = (text: string) => ({ content: [{ type: "text" as const, text }] });
    switch (name) {
      case "test_tool_with_logging":
        for (const data of ["started", "processing data", "completed"]) {
          const message = { level: "info" as const, data: `Tool ${data}` };
          await extra.sendNotification({ method: "notifications/message", params: message });
          await wait(20);
        }
        return said("logged");
      case "test_tool_with_progress":
        for (const progress of [0, 50, 100]) {
          const progressToken = _meta?.progressToken ?? "";
          const step = { progressToken, progress, total: 100 };
          await extra.sendNotification({ method: "notifications/progress", params: step });
          await wait(20);
        }
        return said("done");
      case "test_sampling": {
        const content = { type: "text" as const, text: String(given.prompt) };
        const asked = { messages: [{ role: "user" as const, content }], maxTokens: 100 };
        const answer = await extra.sendRequest(
          { method: "sampling/createMessage", params: asked },
          CreateMessageResultSchema,
        );
        return said(`LLM response: ${JSON.stringify(answer.content)}`);
      }
      case "test_error_handling":
        return { ...said("This tool intentionally returns an error for testing"), isError: true };
      case "test_simple_text":
        return said("This is a simple text response for testing.");
      default: {
        const requestedSchema = elicited(name);
        if (requestedSchema === undefined) return { content: picture(name) };
        const message = String(given.message ?? "Please say");
        const { action, content } = await extra.sendRequest(
          { method: "elicitation/create", params: { message, requestedSchema } },
          ElicitResultSchema,
        );
        return said(`User response: action=${action}, content=${JSON.stringify(content)}`);
      }
    }
  });
  return server;
}
