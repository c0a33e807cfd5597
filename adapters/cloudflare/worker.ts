import { DurableObject } from "cloudflare:workers";
export class ReplayShard extends DurableObject {}
export default { async fetch() { return new Response("ok"); } };
