import type { Case } from "./decision.ts";

// workerd stops the clock while a request computes, so the time is taken outside: each request
// here runs one case so many times and answers.

let ready: readonly Case[] = [];

export default {
  async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const count = Number(searchParams.get("count"));
    const name = searchParams.get("case");
    if (name === null) {
      // Workers allow no randomness outside of a request, and this module makes keys.
      const { cases, given } = await import("./decision.ts");
      const { peers } = await import("./peers.ts");
      ready = [...(await cases(count)), ...(await peers(await given(count)))];
      return Response.json(ready.map((each) => each.name));
    }
    const chosen = ready.find((each) => each.name === name);
    if (chosen === undefined) return new Response("no such case", { status: 404 });
    for (let index = 0; index < count; index += 1) await chosen.run(index);
    return new Response("done");
  },
};
