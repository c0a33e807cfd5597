import type { ElicitRequestFormParams } from "@modelcontextprotocol/sdk/types.js";

// What the suite's server scenarios want to be told, read and asked.

const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
const wav = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";

const inputs: Readonly<Record<string, readonly string[]>> = {
  test_simple_text: [],
  test_image_content: [],
  test_audio_content: [],
  test_embedded_resource: [],
  test_multiple_content_types: [],
  test_tool_with_logging: [],
  test_tool_with_progress: [],
  test_error_handling: [],
  test_sampling: ["prompt"],
  test_elicitation: ["message"],
  test_elicitation_sep1034_defaults: [],
  test_elicitation_sep1330_enums: [],
};

export const tools = Object.entries(inputs).map(([name, names]) => ({
  name,
  description: `The suite's ${name}`,
  inputSchema: {
    type: "object" as const,
    properties: Object.fromEntries(names.map((each) => [each, { type: "string" }])),
    required: [...names],
  },
}));

const image = { type: "image" as const, data: png, mimeType: "image/png" };
const resource = (uri: string, text: string) => ({
  type: "resource" as const,
  resource: { uri, mimeType: "text/plain", text },
});
const text = (said: string) => ({ type: "text" as const, text: said });

/** The content of the tools that only show something. */
export function picture(tool: string) {
  switch (tool) {
    case "test_image_content":
      return [image];
    case "test_audio_content":
      return [{ type: "audio" as const, data: wav, mimeType: "audio/wav" }];
    case "test_embedded_resource":
      return [resource("test://embedded-resource", "This is an embedded resource content.")];
    case "test_multiple_content_types":
      return [
        text("Multiple content types test:"),
        image,
        resource("test://mixed-content-resource", '{"test":"data","value":123}'),
      ];
    default:
      throw new Error(`There is no tool ${tool}.`);
  }
}

type Asked = ElicitRequestFormParams["requestedSchema"];

/** What the tools that ask the user ask for. */
export function elicited(tool: string): Asked | undefined {
  const options = ["option1", "option2", "option3"];
  const titled = ["First", "Second", "Third"].map((title, at) => ({
    const: `value${at + 1}`,
    title: `${title} Option`,
  }));
  switch (tool) {
    case "test_elicitation":
      return asking({
        username: { type: "string", description: "User's response" },
        email: { type: "string", description: "User's email address" },
      });
    case "test_elicitation_sep1034_defaults":
      return asking({
        name: { type: "string", default: "John Doe" },
        age: { type: "integer", default: 30 },
        score: { type: "number", default: 95.5 },
        status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
        verified: { type: "boolean", default: true },
      });
    case "test_elicitation_sep1330_enums":
      return asking({
        untitledSingle: { type: "string", enum: options },
        titledSingle: { type: "string", oneOf: titled },
        legacyEnum: {
          type: "string",
          enum: ["opt1", "opt2", "opt3"],
          enumNames: ["Option One", "Option Two", "Option Three"],
        },
        untitledMulti: { type: "array", items: { type: "string", enum: options } },
        titledMulti: { type: "array", items: { anyOf: titled } },
      });
    default:
      return undefined;
  }
}

function asking(properties: Asked["properties"]): Asked {
  return { type: "object" as const, properties };
}

const uris = ["static-text", "static-binary", "watched-resource"].map((name) => `test://${name}`);
export const resources = uris.map((uri) => ({ uri, name: uri, description: `The suite's ${uri}` }));

export function read(uri: string) {
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id !== undefined)
    return { uri, mimeType: "application/json", text: JSON.stringify({ id, templateTest: true }) };
  if (uri === "test://static-binary") return { uri, mimeType: "image/png", blob: png };
  if (uris.includes(uri)) return { uri, mimeType: "text/plain", text: `The content of ${uri}.` };
  throw new Error(`There is no resource ${uri}.`);
}

const prompted: Readonly<Record<string, readonly string[]>> = {
  test_simple_prompt: [],
  test_prompt_with_arguments: ["arg1", "arg2"],
  test_prompt_with_embedded_resource: ["resourceUri"],
  test_prompt_with_image: [],
};
export const prompts = Object.entries(prompted).map(([name, names]) => ({
  name,
  description: `The suite's ${name}`,
  arguments: names.map((each) => ({ name: each, required: true })),
}));

export function named(prompt: string, given: Readonly<Record<string, string>>) {
  const { arg1, arg2, resourceUri = "" } = given;
  const contents = {
    test_simple_prompt: [text("This is a simple prompt for testing.")],
    test_prompt_with_arguments: [text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)],
    test_prompt_with_embedded_resource: [
      resource(resourceUri, "Embedded resource content for testing."),
      text("Please process the embedded resource above."),
    ],
    test_prompt_with_image: [image, text("Please analyze the image above.")],
  };
  const found = new Map<string, (typeof contents)[keyof typeof contents]>(Object.entries(contents));
  const messages = found.get(prompt)?.map((content) => ({ role: "user" as const, content }));
  if (messages === undefined) throw new Error(`There is no prompt ${prompt}.`);
  return { messages };
}
