import { base64Of } from "../base64.ts";
import type { Endpoint, SecretReference } from "../configuration.ts";
import type { Secrets } from "../secrets.ts";
import { FetchError } from "./fetch-json.ts";

/** What a request to a configured endpoint needs: its URL and headers, credentials included. */
export interface EndpointRequest {
  readonly url: string;
  readonly headers: Headers;
}

/** What is sent to an endpoint, beside its own headers and credentials. */
export interface Question {
  readonly method: string;
  /** In place of the endpoint's own of that name, but not of its credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The last question failed: its credentials are read again, in case they were replaced. */
  readonly anew?: boolean;
}

/** @throws FetchError when a secret is missing or cannot be sent as a header */
export async function endpointRequest(
  endpoint: Endpoint,
  secrets: Secrets,
  { method, headers: own = {}, body, anew = false }: Question,
): Promise<EndpointRequest> {
  const headers = new Headers(endpoint.headers);
  // Before the edge's own credentials: a client's header that goes along never takes their place.
  for (const [name, value] of Object.entries(own)) headers.set(name, value);
  if (!headers.has("Accept")) headers.set("Accept", "application/json");
  const url = new URL(endpoint.url);
  const auth = endpoint.auth;
  switch (auth?.type) {
    case undefined:
    case "http_message_signatures":
      break;
    case "basic_auth":
      setSecret(
        headers,
        "Authorization",
        basicCredentials(
          typeof auth.user === "string" ? auth.user : await text(secrets, auth.user, anew),
          await text(secrets, auth.password, anew),
        ),
      );
      break;
    case "api_key": {
      const value = await text(secrets, auth.value, anew);
      if (auth.in === "header") setSecret(headers, auth.name, value);
      else if (auth.in === "cookie") setCookie(headers, auth.name, value);
      else url.searchParams.set(auth.name, value);
      break;
    }
    case "oauth2_client_credentials": {
      if (!secrets.token) throw new FetchError("this build holds no oauth2_client_credentials");
      const { name, scheme } = auth.header;
      const token = await secrets.token(auth, anew);
      setSecret(headers, name, scheme === "" ? token : `${scheme} ${token}`);
    }
  }
  if (auth?.type === "http_message_signatures") {
    if (!secrets.sign) throw new FetchError("this build holds no http_message_signatures");
    await secrets.sign(auth, { url, method, headers, body });
  }
  return { url: url.href, headers };
}

/** What secrets say of themselves names their source and never their content. */
async function text(secrets: Secrets, reference: SecretReference, anew: boolean): Promise<string> {
  try {
    return await secrets.text(reference, anew);
  } catch (error) {
    throw new FetchError(error instanceof Error ? error.message : "a secret cannot be read");
  }
}

/** RFC 7617 section 2, with UTF-8. */
export function basicCredentials(user: string, password: string): string {
  return `Basic ${base64(new TextEncoder().encode(`${user}:${password}`))}`;
}

/** RFC 4648 section 4. */
export function base64(bytes: Uint8Array): string {
  return base64Of(bytes);
}

/** Beside those that go along, in place of one of its name. */
function setCookie(headers: Headers, name: string, secret: string): void {
  const others = (headers.get("Cookie") ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "" && pair.split("=", 1)[0] !== name);
  const own = `${name}=${secret}`;
  setSecret(headers, "Cookie", own);
  if (others.length > 0) headers.set("Cookie", [own, ...others].join("; "));
}

/** Runtimes quote a value that they dislike, in an error or in the log: they never see it. */
function setSecret(headers: Headers, name: string, value: string): void {
  if (!/^[\x20-\x7e]*$/.test(value)) {
    throw new FetchError(`the secret for the ${name} header may hold visible ASCII only`);
  }
  headers.set(name, value);
}
