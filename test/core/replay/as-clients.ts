import type { Claim, ReplayStore, Verdict } from "../../../src/runtime.ts";

/**
 * A store as clients meet it. A proof is made with a nonce; who is challenged makes another one
 * with the new nonce, once. A proof that was judged stays as it is: sent again, it carries the
 * nonce that it was judged by.
 */
export function asClients(store: ReplayStore): ReplayStore {
  const judgedBy = new Map<string, Uint8Array<ArrayBuffer>>();

  async function nonceFor(jkt: string): Promise<Uint8Array<ArrayBuffer>> {
    const route = await store.nonceRoute?.(jkt);
    if (route === undefined) throw new Error("A challenge without a nonce.");
    return route;
  }

  return {
    async claim(claim: Claim): Promise<Verdict> {
      const name = claim.digest.toString();
      const route = judgedBy.get(name);
      if (route !== undefined) return await store.claim({ ...claim, route });
      let nonce = await nonceFor(claim.jkt);
      let verdict = await store.claim({ ...claim, route: nonce });
      if (verdict === "elsewhere") {
        nonce = await nonceFor(claim.jkt);
        verdict = await store.claim({ ...claim, route: nonce });
      }
      judgedBy.set(name, nonce);
      return verdict;
    },
  };
}
