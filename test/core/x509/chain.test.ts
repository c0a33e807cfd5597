import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equalBytes } from "../../../src/equal-bytes.ts";
import { parseCertificate } from "../../../src/x509/certificate.ts";
import { CertificateProblem } from "../../../src/x509/certificate-problem.ts";
import { judgeChain } from "../../../src/x509/chain.ts";
import { certificates } from "./certificates.ts";

type Name = keyof typeof certificates;

const day = 86_400_000;
const der = (name: Name) =>
  Uint8Array.from(atob(certificates[name]), (character) => character.charCodeAt(0));
const now = parseCertificate(der("leaf")).notBefore + day;

/** "holds", or why not. */
async function judge(chain: readonly Name[], anchors: readonly Name[], at = now): Promise<string> {
  const parsed = (names: readonly Name[]) => names.map((name) => parseCertificate(der(name)));
  try {
    await judgeChain(parsed(chain), parsed(anchors), at);
    return "holds";
  } catch (error) {
    if (error instanceof CertificateProblem) return error.message;
    throw error;
  }
}

describe("a chain that holds", () => {
  test.each<[string, Name[], Name[]]>([
    ["leaf, authority, anchor", ["leaf", "inter"], ["root"]],
    ["the anchor is in the chain too", ["leaf", "inter", "root"], ["root"]],
    ["what follows the anchor is not looked at", ["leaf", "inter", "root", "other"], ["root"]],
    ["the authority is the anchor", ["leaf"], ["inter"]],
    ["an RSA leaf below an EC root", ["direct"], ["other", "root"]],
    ["the leaf itself is the anchor", ["pinned"], ["pinned"]],
    ["another authority of the same name beside it", ["leaf", "inter"], ["forged", "root"]],
    ["RSA", ["rsaLeaf"], ["rsaRoot"]],
    ["RSA-PSS", ["pssLeaf"], ["rsaRoot"]],
    ["P-521", ["p521Leaf"], ["p521Root"]],
  ])("%s", async (_, chain, anchors) => {
    expect(await judge(chain, anchors)).toBe("holds");
  });

  test("for as long as each of its certificates", async () => {
    const [byShort, short, root] = (["byShort", "short", "root"] as const).map((name) =>
      parseCertificate(der(name)),
    );
    if (!byShort || !short || !root) throw new Error("unreachable");
    expect(await judgeChain([byShort, short], [root], now)).toEqual({
      notBefore: Math.max(byShort.notBefore, short.notBefore, root.notBefore),
      notAfter: short.notAfter,
    });
  });
});

describe("a chain that does not hold", () => {
  test.each<[string, Name[], Name[], string]>([
    ["no certificates", [], ["root"], "certificate 1: its keyUsage does not name digitalSignature"],
    ["no anchor", ["leaf", "inter"], [], "2 certificates that lead to no trust anchor"],
    ["another anchor", ["leaf", "inter"], ["other"], "2 certificates that lead to no trust anchor"],
    ["no authority between", ["leaf"], ["root"], "1 certificates that lead to no trust anchor"],
    ["in another order", ["inter", "leaf"], ["root"], "certificate 1: its keyUsage"],
    [
      "a stranger between",
      ["leaf", "other", "inter"],
      ["root"],
      "certificate 2: it is not the issuer",
    ],
    [
      "an authority of the same name",
      ["byForged"],
      ["root"],
      "1 certificates that lead to no trust anchor",
    ],
    [
      "the same in the chain",
      ["byForged", "forged"],
      ["root"],
      "2 certificates that lead to no trust anchor",
    ],
    [
      "the right name with a wrong key",
      ["byForged", "root"],
      ["other"],
      "certificate 1: certificate 2 did not sign it",
    ],
    [
      "more authorities than allowed",
      ["tooDeep", "below", "inter"],
      ["root"],
      "certificate 3: its pathLenConstraint",
    ],
    [
      "the same to an anchor",
      ["tooDeep", "below"],
      ["inter"],
      "2 certificates that lead to no trust anchor",
    ],
    ["no keyUsage", ["noUsage"], ["root"], "certificate 1: its keyUsage"],
    ["a key for encryption", ["encipher"], ["root"], "certificate 1: its keyUsage"],
    [
      "a leaf as authority",
      ["byNotCa", "notCa"],
      ["root"],
      "certificate 2: its basicConstraints do not say CA",
    ],
    [
      "a leaf as anchor of others",
      ["byNotCa"],
      ["notCa"],
      "1 certificates that lead to no trust anchor",
    ],
    [
      "an authority that may not sign",
      ["byNoCertSign", "noCertSign"],
      ["root"],
      "certificate 2: its keyUsage does not name keyCertSign",
    ],
    ["Ed25519", ["edLeaf"], ["edRoot"], "is signed in a way"],
    ["SHA-1", ["sha1"], ["root"], "is signed in a way"],
    ["RSA of 1024 bits", ["byWeak"], ["weakRoot"], "has a public key"],
  ])("%s", async (_, chain, anchors, why) => {
    expect(await judge(chain, anchors)).toContain(why);
  });

  test.each<[string, number, string]>([
    ["before its time", -366, "certificate 1: not valid yet"],
    ["an authority after its time", 20, "certificate 2: no longer valid"],
    ["a leaf after its time", 36_600, "certificate 1: no longer valid"],
  ])("%s", async (_, days, why) => {
    expect(await judge(["byShort", "short"], ["root"], now + days * day)).toBe(why);
  });

  test("the anchor after its time", async () => {
    expect(await judge(["byShort"], ["short"], now + 20 * day)).toContain("valid now");
  });
});

describe("a certificate that is not read", () => {
  test.each<[Name, string]>([
    ["versionOne", "is not of version 3"],
    ["critical", "has an extension that is not followed here (OID 2a030405)"],
    ["constrained", "has an extension that is not followed here (OID 551d1e)"],
  ])("%s", (name, why) => {
    expect(() => parseCertificate(der(name))).toThrow(why);
  });

  test("bytes after it", () => {
    expect(() => parseCertificate(new Uint8Array([...der("leaf"), 0]))).toThrow("is not DER");
  });

  test("any byte that is another leaves a chain that holds nowhere, and nothing else is thrown", async () => {
    const whole = der("leaf");
    const byte = fc.record({
      at: fc.nat({ max: whole.length - 1 }),
      value: fc.integer({ min: 0, max: 255 }),
    });
    const above = [parseCertificate(der("inter"))];
    const anchors = [parseCertificate(der("root"))];
    await fc.assert(
      fc.asyncProperty(byte, async ({ at, value }) => {
        const changed = whole.slice();
        changed[at] = value;
        const holds = await (async () => {
          await judgeChain([parseCertificate(changed), ...above], anchors, now);
          return true;
        })().catch((error: unknown) => {
          if (error instanceof CertificateProblem) return false;
          throw error;
        });
        expect(holds).toBe(equalBytes(changed, whole));
      }),
      { numRuns: 300 },
    );
  });

  test("any bytes at all", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => parseCertificate(new Uint8Array(bytes))).toThrow(CertificateProblem);
      }),
    );
  });
});
