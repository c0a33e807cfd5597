import { expect, onTestFinished, test } from "vitest";
import { authorize } from "../../../demo/browser.ts";
import { listen } from "../../../demo/server.ts";

const redirectUri = "http://127.0.0.1/callback";
const alice = { user: "alice", password: "wonderland" };

/** An issuer with a login page, as Keycloak has one: the form's action holds an escaped query. */
async function issuer(): Promise<URL> {
  const server = await listen(() => async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const form = new URLSearchParams(body);
    const right = form.get("username") === "alice" && form.get("password") === "wonderland";
    const known = request.headers.cookie === "session=1";
    if (request.url === "/login?a=1&b=2" && right && known) {
      response.writeHead(302, { Location: `${redirectUri}?code=c` }).end();
      return;
    }
    response.setHeader("Set-Cookie", "session=1; Path=/");
    response.end('<form id="f" action="/login?a=1&amp;b=2" method="post"></form>');
  });
  onTestFinished(() => server.stop());
  return new URL(`${server.url}/authorize`);
}

test("a login page is filled in", async () => {
  const back = await authorize(await issuer(), redirectUri, alice);
  expect(back.searchParams.get("code")).toBe("c");
});

test.each([
  ["a wrong password is no loop", { ...alice, password: "wrong" }, "login page again"],
  ["nobody fills in a page without a password", { user: "alice" }, "200 and no redirect"],
])("%s", async (_, person, says) => {
  await expect(authorize(await issuer(), redirectUri, person)).rejects.toThrow(says);
});
