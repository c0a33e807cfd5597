import { describe, expect, test } from "vitest";
import { checkCertificate } from "../../../src/token/certificate.ts";
import { certificatePem as pem, certificateThumbprint as x5t } from "./client-certificate.ts";
import { code } from "./issuer-double.ts";

const sha256 = Array.from(atob(`${x5t.replaceAll("-", "+").replaceAll("_", "/")}=`), (byte) =>
  byte.charCodeAt(0).toString(16).padStart(2, "0"),
).join("");

describe("a certificate that a token is bound to", () => {
  const rows = [
    ["itself", { pem }, "accepted"],
    ["with Windows line ends", { pem: pem.replaceAll("\n", "\r\n") }, "accepted"],
    [
      "before those that vouch for it",
      { pem: `${pem}\n${pem.replace("MIIB", "MIIC")}` },
      "accepted",
    ],
    ["by its thumbprint", { sha256 }, "accepted"],
    ["by its thumbprint in capitals", { sha256: sha256.toUpperCase() }, "accepted"],
    ["another one", { pem: pem.replace("MIIB", "MIIC") }, "token.binding"],
    ["another thumbprint", { sha256: "00".repeat(32) }, "token.binding"],
    ["a thumbprint that is none", { sha256: x5t }, "token.binding"],
    [
      "what is no certificate",
      { pem: "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----" },
      "token.binding",
    ],
    ["nothing", undefined, "token.binding"],
  ] as const;
  test.each(rows)("%s", async (_, presented, expected) => {
    expect(await code(checkCertificate(x5t, { clientCertificate: () => presented }))).toBe(
      expected,
    );
  });
});
