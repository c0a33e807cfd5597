import type { Finalizer, Stages } from "../configuration.ts";
import type { Principal } from "../decision.ts";
import type { EdgeRequest, RequestUrl } from "../runtime.ts";
import type { Mint, Terms } from "./internal-token.ts";
import { renderHeader, type TemplateData } from "./render.ts";

/** The request that is to be finalized, as far as templates may see it. */
export interface Finalized {
  readonly request: EdgeRequest;
  readonly url: RequestUrl;
  readonly captures: Readonly<Record<string, string>>;
}

/**
 * Runs a rule's finalizers in their order: the headers that we add for the upstream.
 * Throws a Fault when a token cannot be signed or a template renders what its place cannot hold.
 */
export async function finalize(
  mint: Mint,
  rule: Pick<Stages, "id" | "finalizers">,
  principal: Pick<Principal, "id" | "attributes" | "notAfter">,
  finalized: Finalized,
): Promise<ReadonlyArray<readonly [string, string]>> {
  const data = dataOf(principal, finalized);
  const headers: Array<readonly [string, string]> = [];
  for (const finalizer of rule.finalizers) {
    headers.push(
      ...(await headersOf(finalizer, data, { rule: rule.id, notAfter: principal.notAfter }, mint)),
    );
  }
  return headers;
}

async function headersOf(
  finalizer: Finalizer,
  data: TemplateData,
  terms: Terms,
  mint: Mint,
): Promise<ReadonlyArray<readonly [string, string]>> {
  switch (finalizer.type) {
    case "noop":
      return [];
    case "header":
      return Object.entries(finalizer.headers).map(
        ([name, value]) => [name, renderHeader(value, data)] as const,
      );
    case "jwt": {
      const { name, scheme } = finalizer.header;
      const token = await mint.token(finalizer, data, terms);
      return [[name, scheme === "" ? token : `${scheme} ${token}`]];
    }
  }
}

function dataOf(
  principal: Pick<Principal, "id" | "attributes">,
  { request, url, captures }: Finalized,
): TemplateData {
  return {
    subject: { id: principal.id, attributes: principal.attributes },
    request: {
      method: request.method,
      url: url.public,
      captures,
      headers: request.headers,
      clientAddresses: request.clientAddress === undefined ? [] : [request.clientAddress],
    },
    values: {},
    outputs: {},
  };
}
