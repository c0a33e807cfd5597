import { send } from "./wire.ts";

/** Who fills in a login page, should there be one. */
export interface Person {
  readonly user: string;
  readonly password?: string;
}

/**
 * A browser without a screen: follows redirects, keeps cookies and fills in the login page, until
 * the issuer sends it to the client's redirect URI, which it returns.
 */
export async function authorize(start: URL, redirectUri: string, person?: Person): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = start;
  let form: URLSearchParams | undefined;
  for (let hops = 0; hops < 10; hops += 1) {
    const { status, headers, body } = await send(url.href, navigation(cookies, form));
    for (const cookie of headers.getSetCookie()) keep(cookies, cookie);
    const location = headers.get("location");
    if (location === null) {
      if (form !== undefined) throw new Error("The issuer shows its login page again.");
      ({ url, form } = filledIn(body, url, person, status));
      continue;
    }
    form = undefined;
    url = new URL(location, url);
    if (url.href.startsWith(redirectUri)) return url;
  }
  throw new Error("The issuer redirects without end.");
}

/** fetch would say that it is a script's. */
function navigation(cookies: ReadonlyMap<string, string>, form: URLSearchParams | undefined) {
  const headers = {
    accept: "text/html",
    "sec-fetch-mode": "navigate",
    cookie: cookieHeader(cookies),
  };
  if (form === undefined) return { headers };
  const type = { "content-type": "application/x-www-form-urlencoded" };
  return { method: "POST", headers: { ...headers, ...type }, body: form.toString() };
}

/** The page's form with user and password in it. */
function filledIn(page: string, at: URL, person: Person | undefined, status: number) {
  const action = /<form[^>]*\saction="([^"]*)"/.exec(page)?.[1];
  if (action === undefined || person?.password === undefined) {
    throw new Error(`The issuer answered ${status} and no redirect.`);
  }
  const { user, password } = person;
  const form = new URLSearchParams({ username: user, password });
  return { url: new URL(action.replaceAll("&amp;", "&"), at), form };
}

function cookieHeader(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
}

function keep(cookies: Map<string, string>, cookie: string): void {
  const [pair = ""] = cookie.split(";");
  const equals = pair.indexOf("=");
  cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
}
