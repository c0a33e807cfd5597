import { documented, type Written } from "./documents.ts";
import { createWorld, issuer, request, signedHeaders, type World } from "./world.ts";

export interface Asked {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A world whose other services answer as they are told; `asked` is what they were asked. */
export function worldOf(written: Written, answer: (asked: Asked) => Response | Promise<Response>) {
  const asked: Asked[] = [];
  const world: World = createWorld(documented(written), undefined, async (url, init) => {
    if (url.startsWith(issuer)) return world.jwks();
    const question = {
      url,
      method: init.method,
      headers: new Headers(init.headers),
      body: init.body,
    };
    asked.push(question);
    return answer(question);
  });
  const decide = async (headers: Record<string, string> = {}, path = "/api/x") =>
    world.authorizer.authorize(
      request(
        {
          ...(await signedHeaders(world, { proof: { htu: `https://api.example.com${path}` } })),
          ...headers,
        },
        { url: `https://api.example.com${path}` },
      ),
    );
  return { world, asked, decide };
}
