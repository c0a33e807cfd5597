import { principalOf, protect, ReplayShard } from "dpop-edge/cloudflare";
import configuration from "./configuration.js";

const app = { fetch: (request) => new Response(`hello ${principalOf(request)?.id}`) };

export { ReplayShard };
export default protect(app, configuration);
