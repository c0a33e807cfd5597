import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { root } from "../cli/run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "dpop-edge-runbook-"));
afterAll(() => rmSync(folder, { recursive: true }));

const late = {
  v: 1,
  time: "2026-11-25T10:30:12.250Z",
  request_id: "id-1",
  outcome: "refuse",
  status: 401,
  code: "proof.iat",
  expected: "1764066542 to 1764066622",
  found: "1764066792",
  method: "GET",
  path: "/api/orders",
  client: "web",
  proof_age: -180,
  clock_skew: 180,
  duration: 2,
};

/** The runbook's own lines, as a shell runs them. */
const lines = [
  ...readFileSync(`${root}docs/runbooks/one-client-refused.md`, "utf8").matchAll(
    /^ {3}```sh\n {3}(.*)$/gm,
  ),
].map(([, line = ""]) =>
  line.replaceAll("npx dpop-edge", `"${process.execPath}" "${root}cli/main.ts"`),
);

function run(line: string): string {
  const asked = `${line} 2>&1 || test $? -eq 1`;
  return execFileSync("sh", ["-c", asked], { cwd: folder, encoding: "utf8" });
}

test("one client is always refused: the runbook finds its clock", () => {
  const other = { ...late, client: "app", code: "proof.htu", request_id: "id-2" };
  const log = [late, other, { ...late, request_id: "id-3" }].map((each) => JSON.stringify(each));
  writeFileSync(join(folder, "events.log"), log.join("\n"));
  writeFileSync(
    join(folder, "transcript.txt"),
    "> GET /api/orders HTTP/2\n> Host: api.example.com\n> Authorization: DPoP a.b.c\n> DPoP: d.e.f\n>\n< HTTP/2 401\n",
  );
  expect(lines).toHaveLength(3);
  const [summed = "", explained = "", judged = ""] = lines.map((line) =>
    run(line.replace("--config config", `--config ${root}config`)),
  );
  expect(summed).toContain("2 requests: 0 allowed, 2 refused");
  expect(summed).not.toContain("proof.htu");
  expect(explained.match(/The client's clock is at least 180 s ahead\./g)).toHaveLength(2);
  expect(judged).toContain("Refused: 401 invalid_token, token.malformed.");
});
