import configuration from "#documents";
import { proxy } from "./index.ts";

export { ReplayShard } from "./replay-shard.ts";

export default proxy(configuration) satisfies ExportedHandler;
