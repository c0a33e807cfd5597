import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createPlainServer } from "node:http";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UsageError } from "../../../cli/exit.ts";
import { createProgram } from "../../../cli/program.ts";
import { config14 } from "../convert/documents.ts";
import { startIssuer } from "./loopback-issuer.ts";
import { cli } from "./run-cli.ts";

// What a person gets wrong: each message says what it is, and what to change.

const folder = mkdtempSync(join(tmpdir(), "dpop-edge-messages-"));
const at = (file: string) => join(folder, file);
const keep = (file: string, text: string) => writeFileSync(at(file), text, { mode: 0o600 });
const run = (...args: string[]) => cli(args, { cwd: folder });
const taken = createServer();
let port = 0;
const answering = createPlainServer((_, response) => response.end());
let plain = 0;

beforeAll(async () => {
  await run("keygen", "--out", "key.json");
  await run("keygen", "--out", "other.json");
  const { d: _, ...publicHalf } = JSON.parse(readFileSync(at("key.json"), "utf8"));
  keep("public.json", JSON.stringify(publicHalf));
  const oct = { kty: "oct", k: "A".repeat(43) };
  keep("oct.json", JSON.stringify(oct));
  keep("set.json", JSON.stringify({ keys: [oct] }));
  keep("notes.txt", "the key is in the safe");
  keep("empty", "");
  keep("config14.yaml", config14);
  mkdirSync(at("keys"));
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const jkt = "a".repeat(43);
  keep("token", `${encoded({ alg: "ES256" })}.${encoded({ cnf: { jkt } })}.AAAA`);
  const ended = { access_token: "opaque", token_type: "DPoP", expires_at: 1_000_000_000 };
  keep("ended.json", JSON.stringify(ended));
  port = await listening(taken);
  plain = await listening(answering);
});
afterAll(() => {
  taken.close();
  answering.close();
  rmSync(folder, { recursive: true });
});

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const proxying = (to: string, ...args: string[]) => [
  "proxy",
  "--to",
  to,
  "--key",
  at("key.json"),
  ...args,
];
const fetching = (...args: string[]) => ["fetch", "https://127.0.0.1:9/x", ...args];

// biome-ignore format: a row is a line
test.each<[string, string[], string[]]>([
  ["no token", fetching("--key", at("key.json")), ["--token", "login", "--issuer"]],
  ["an empty token", fetching("--key", at("key.json"), "--token", ""), ["empty"]],
  ["no token file", fetching("--key", at("key.json"), "--token", `@${at("nowhere")}`), ["no file", "nowhere", "login"]],
  ["a key that is not the token's", fetching("--key", at("key.json"), "--token", `@${at("token")}`), ["another key", "aaaa"]],
  ["the same, for a proof", ["proof", "https://a.example/", "--key", at("key.json"), "--token", `@${at("token")}`], ["another key"]],
  ["a proxy without a token", proxying("https://mcp.example"), ["--token", "login", "--issuer"]],
  ["a proxy with a token file that is not there", proxying("https://mcp.example", "--token", `@${at("nowhere")}`), ["no file", "login"]],
  ["a proxy with a key that is not the token's", proxying("https://mcp.example", "--token", `@${at("token")}`), ["another key", "log in"]],
  ["a proxy in front of plain http", proxying("http://mcp.example", "--token", "abc"), ["https", "loopback"]],
  ["a proxy in front of no URL", proxying("mcp.example", "--token", "abc"), ["https://host/path"]],
  ["a proxy with a user's name", proxying("https://a:b@mcp.example", "--token", "abc"), ["--to", "no user name"]],
  ["a proxy for the whole network", proxying("https://mcp.example", "--token", "abc", "--listen", "0.0.0.0:8080"), ["--listen", "127.0.0.1:8080"]],
  ["a proxy with a secret that can be guessed", proxying("https://mcp.example", "--token", "abc", "--secret", "abc"), ["--secret", "16"]],
  ["a proxy's login without a client", proxying("https://mcp.example", "--issuer", "https://idp.example"), ["--client-id"]],
  ["no key", fetching("--key", at("nowhere"), "--token", "abc"), ["no file", "nowhere", "keygen"]],
  ["a directory as key", fetching("--key", at("keys"), "--token", "abc"), ["keys is a directory", "keygen"]],
  ["a shared secret as key", fetching("--key", at("oct.json"), "--token", "abc"), ["kty oct", "keygen"]],
  ["a set of one", fetching("--key", at("set.json"), "--token", "abc"), ["kty oct"]],
  ["a public key", fetching("--key", at("public.json"), "--token", "abc"), ["no private part"]],
  ["no key at all", fetching("--key", at("notes.txt"), "--token", "abc"), ["neither a JWK nor PEM", "keygen"]],
  ["an empty key", fetching("--key", at("empty"), "--token", "abc"), ["neither a JWK nor PEM"]],
  ["no time", fetching("--key", at("key.json"), "--token", "abc", "--timeout", "0"), ["from 1 to 86400"]],
  ["a time with its unit", fetching("--key", at("key.json"), "--token", "abc", "--timeout", "5s"), ["--timeout", "5s"]],
  ["a name with a space", ["secret", "master-key", "--dotenv", "A B"], ["--dotenv", "DPOP_NONCE_KEYS", '"A B"']],
  ["a name that begins with a digit", ["secret", "signing-key", "--dotenv", "1A"], ["--dotenv", "SIGNING_KEY_PEM"]],
  ["an empty name", ["secret", "signing-key", "--dotenv", ""], ["--dotenv"]],
  ["a key into a directory", ["keygen", "--out", at("keys")], ["is a directory"]],
  ["a key into nowhere", ["keygen", "--out", at("no/key.json")], ["no directory", "mkdir"]],
  ["a key that is there", ["keygen", "--out", at("key.json")], ["--force"]],
  ["a refresh token on stdout", ["login", "--key", at("key.json"), "--issuer", "https://idp.example", "--client-id", "a", "--keep"], ["--out"]],
  ["a method that is none", ["routes", "GTE", "/api"], ["did you mean GET?"]],
  ["half a URL", ["routes", "GET", "api"], ["/api/orders", "https://"]],
  ["a file as folder", ["check", "--config", at("key.json")], ["is a file"]],
  ["a folder without a name", ["check", "--config", ""], ["The name of the folder is empty"]],
  ["a key without a name", ["keygen", "--out", ""], ["The name of the file is empty"]],
  ["a key below a file", ["keygen", "--out", at("key.json/x.json")], ["key.json is a file"]],
  ["a module below a file", ["compile", "--config", "config", "--out", at("key.json/x/y.js")], ["key.json is a file"]],
  ["documents into a file", ["convert", at("config14.yaml"), "--out", at("key.json")], ["key.json is a file"]],
  ["a method that cannot be", fetching("--key", at("key.json"), "--token", "abc", "-X", "G T"), ["--method", "G T"]],
  ["a method that nobody sends", fetching("--key", at("key.json"), "--token", "abc", "-X", "connect"), ["--method", "connect"]],
  ["a body with GET", fetching("--key", at("key.json"), "--token", "abc", "-X", "GET", "-d", "x"), ["--data", "GET"]],
  ["secrets that are not there", ["rotate", "master-key", "--target", "cloudflare", "--secrets", at("nowhere")], ["There is no file", "nowhere"]],
  ["secrets that are a directory", ["rotate", "master-key", "--target", "cloudflare", "--secrets", at("keys")], ["keys is a directory"]],
  ["an address that is none", ["login", "--key", at("key.json"), "--issuer", "idp", "--client-id", "a"], ["--issuer", "https"]],
])("%s", async (_, args, says) => {
  const program = createProgram(() => undefined);
  const said: unknown = await program.parseAsync(args, { from: "user" }).catch((error) => error);
  expect(said).toBeInstanceOf(UsageError);
  for (const word of says) expect(String(said)).toContain(word);
});

test("a token that has ended is said, and sent all the same", async () => {
  const { code, stderr } = await run(...fetching("--key", "key.json", "--token", "@ended.json"));
  expect([code, stderr]).toEqual([3, expect.stringContaining("ended at 2001-09-09")]);
});

test.each([
  ["login", "--port"],
  ["proxy", "--listen"],
])("%s: a port that is taken", async (command, option) => {
  const metadata = (issuer: string) => ({
    issuer,
    token_endpoint: `${issuer}/token`,
    authorization_endpoint: `${issuer}/auth`,
  });
  const url = await startIssuer({ metadata });
  const login = ["--issuer", url, "--client-id", "a", "--port", String(port)];
  const proxy = ["--to", url, "--token", "abc", "--listen", `127.0.0.1:${port}`];
  const args = command === "login" ? login : proxy;
  const { code, stderr } = await run(command, "--key", "key.json", ...args);
  expect(code).toBe(2);
  expect(stderr).toContain(`${port}`);
  expect(stderr).toContain("taken by another program");
  expect(stderr).toContain(option);
});

test.each([
  ["fetch", ["fetch", "--kye", "a"], "See dpop-edge fetch --help."],
  ["a required option", ["login", "--kye", "a"], "--kye is no option. Did you mean --key?"],
  ["one of a command below", ["rotate", "master-key", "--secret", "a"], "Did you mean --secrets?"],
  ["convert's", ["convert", "a", "--ot=b"], "--ot is no option. Did you mean --out?"],
  ["secret", ["secret", "mastre-key"], "See dpop-edge secret --help."],
  ["dev", ["dev", "--prot", "1"], "(Did you mean --port?)"],
  ["a command that is none", ["fecth"], "(Did you mean fetch?)"],
])("whoever mistypes %s is sent to its own help", async (_, args, says) => {
  const { code, stderr } = await run(...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
});

test("a file in this folder: the dot that names it is told from a full stop", async () => {
  const { stderr } = await run("check", "--config", "key.json");
  expect(stderr).toBe("key.json is a file: name the folder that it is in: .\n");
});

test("plain http where https was asked is said in words", async () => {
  const { code, stderr } = await run(
    "fetch",
    `https://127.0.0.1:${plain}/`,
    "--key",
    "key.json",
    "--token",
    "abc",
  );
  expect([code, stderr]).toEqual([
    3,
    `https://127.0.0.1:${plain} did not answer: no TLS is spoken there; is it http://127.0.0.1:${plain}?\n`,
  ]);
});

test.each([
  [["help"], ["--help"]],
  [
    ["help", "check"],
    ["check", "--help"],
  ],
  [
    ["help", "rotate", "master-key"],
    ["rotate", "master-key", "--help"],
  ],
  [
    ["rotate", "help", "master-key"],
    ["rotate", "master-key", "--help"],
  ],
  [
    ["help", "dev"],
    ["dev", "--help"],
  ],
])("%j is %j", async (asked, same) => {
  expect(await run(...asked)).toEqual({ ...(await run(...same)), code: 0 });
});

test("help for a command that is none is sent on as any other", async () => {
  const { code, stderr } = await run("help", "fecth");
  expect([code, stderr]).toEqual([2, expect.stringContaining("(Did you mean fetch?)")]);
});
