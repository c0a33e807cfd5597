import configuration from "#documents";
import { createEdge } from "./edge.ts";
import { forward } from "./proxy.ts";

export { ReplayShard } from "./replay-shard.ts";

export default { fetch: createEdge(configuration, forward) } satisfies ExportedHandler;
