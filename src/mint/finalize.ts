import type { Finalizer, Stages } from "../configuration.ts";
import { given, type Kit, type OurHeaders } from "../mechanisms.ts";
import type { Mint, Terms } from "./internal-token.ts";
import { renderFields, type Seen } from "./render.ts";

/** Runs finalizers; one per process or isolate. */
export interface Finalizers {
  /**
   * A rule's finalizers in their order: the headers that we add for the upstream.
   * Throws a Fault when a token cannot be signed or a template renders what its place cannot hold.
   */
  finalize(
    rule: Pick<Stages, "id" | "finalizers">,
    seen: Seen,
    notAfter: number | undefined,
    /** Of the steps before; a finalizer's own replace them. */
    before?: OurHeaders,
  ): Promise<OurHeaders>;
}

export function createFinalizers(mint: Mint, kit: Kit): Finalizers {
  const { cel } = kit.mechanisms;
  const clientCredentials = kit.mechanisms.clientCredentials?.(kit);
  const cookie = kit.mechanisms.cookie?.(kit);

  async function headersOf(
    finalizer: Finalizer,
    seen: Seen,
    terms: Terms,
    before: OurHeaders,
  ): Promise<OurHeaders> {
    switch (finalizer.type) {
      case "noop":
        return [];
      case "header":
        return Object.entries(finalizer.headers).flatMap(([name, value]) =>
          renderFields(value, seen).map((field) => [name, field] as const),
        );
      case "oauth2_client_credentials":
        return await given(clientCredentials, "clientCredentials")(finalizer, seen, before);
      case "cookie":
        return await given(cookie, "cookie")(finalizer, seen, before);
      case "jwt": {
        const { name, scheme } = finalizer.header;
        const token = await mint.token(finalizer, seen, terms);
        return [[name, scheme === "" ? token : `${scheme} ${token}`]];
      }
    }
  }

  /** Where a finalizer is left out the client must not write what it would: an empty value takes it away. */
  async function withheld(
    finalizer: Finalizer,
    seen: Seen,
    before: OurHeaders,
  ): Promise<OurHeaders> {
    switch (finalizer.type) {
      case "noop":
        return [];
      case "header":
        return Object.keys(finalizer.headers).map((name) => [name, ""] as const);
      case "cookie": {
        const none = Object.keys(finalizer.cookies).map((name) => [name, []] as const);
        const cookies = Object.fromEntries(none);
        return await given(cookie, "cookie")({ ...finalizer, cookies }, seen, before);
      }
      case "oauth2_client_credentials":
      case "jwt":
        return [[finalizer.header.name, ""]];
    }
  }

  return {
    async finalize(rule, seen, notAfter, before = []) {
      let headers: OurHeaders = before;
      for (const finalizer of rule.finalizers) {
        const isLeftOut =
          finalizer.if !== undefined && !given(cel, "cel").holds(finalizer.if, seen);
        const added = isLeftOut
          ? await withheld(finalizer, seen, headers)
          : await headersOf(finalizer, seen, { rule: rule.id, notAfter }, headers);
        const keepsOthers = isLeftOut && finalizer.type !== "cookie";
        headers = [...(keepsOthers ? headers : without(headers, added)), ...added];
      }
      return headers;
    },
  };
}

function without(headers: OurHeaders, replaced: OurHeaders): OurHeaders {
  const names = new Set(replaced.map(([name]) => name.toLowerCase()));
  return headers.filter(([name]) => !names.has(name.toLowerCase()));
}
