/**
 * A browser without a screen: follows redirects and keeps cookies until the issuer sends it to the
 * client's redirect URI, which it returns.
 */
export async function authorize(start: URL, redirectUri: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let hops = 0; hops < 10; hops += 1) {
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: cookieHeader(cookies) },
    });
    await response.body?.cancel();
    for (const cookie of response.headers.getSetCookie()) keep(cookies, cookie);
    const location = response.headers.get("location");
    if (location === null)
      throw new Error(`The issuer answered ${response.status} and no redirect.`);
    url = new URL(location, url);
    if (url.href.startsWith(redirectUri)) return url;
  }
  throw new Error("The issuer redirects without end.");
}

function cookieHeader(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
}

function keep(cookies: Map<string, string>, cookie: string): void {
  const [pair = ""] = cookie.split(";");
  const equals = pair.indexOf("=");
  cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
}
