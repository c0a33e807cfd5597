import { describe, expect, test } from "vitest";
import type { Possession } from "../../../src/configuration.ts";
import { compilePair, configurationOf, problemsOf, rules, spoil } from "./pair.ts";

const step = "      - authenticator: dpop_jwt\n";

function possessionOf(written: string): Possession {
  const [first] = configurationOf(compilePair({ rules: written })).rules[0]?.authenticators ?? [];
  if (first?.type !== "jwt") throw new Error("the rule has no jwt authenticator");
  return first.possession;
}
describe("enforcement", () => {
  const withEnforcement = (value: string) =>
    spoil(rules, "    execute:\n", `    enforcement: ${value}\n    execute:\n`);

  test("changes what the authenticators' blocks say", () => {
    expect(possessionOf(withEnforcement("opportunistic"))).toEqual({
      enforcement: "opportunistic",
      maxAge: 60,
      nonceRequired: true,
      replayAllowed: false,
    });
  });

  test("shadow, by the rule and by the authenticator", () => {
    expect(possessionOf(withEnforcement("shadow")).enforcement).toBe("shadow");
    const own = `${step}        config: {assertions: {proof_of_possession: {config: {enforcement: shadow}}}}\n`;
    expect(possessionOf(spoil(rules, step, own)).enforcement).toBe("shadow");
  });

  test("confidential clients are named, or nobody is exempt", () => {
    const withPossession = (config: string) =>
      compilePair({
        rules: spoil(
          rules,
          step,
          `${step}        config: {assertions: {proof_of_possession: {config: ${config}}}}\n`,
        ),
      });
    const exempt = "{required_for: public_clients, confidential_clients: [backend]}";
    const [authenticator] = configurationOf(withPossession(exempt)).rules[0]?.authenticators ?? [];
    expect(authenticator).toMatchObject({ possession: { confidentialClients: ["backend"] } });
    for (const config of ["{required_for: public_clients}", "{confidential_clients: [backend]}"]) {
      expect(problemsOf(withPossession(config))[0]?.reason).toContain("belong together");
    }
  });

  test("a rule that says required exempts nobody, whom its authenticator exempts or not", () => {
    const exempt = `${step}        config: {assertions: {proof_of_possession: {config: {required_for: public_clients, confidential_clients: [backend]}}}}\n`;
    const exempting = (value: string) => possessionOf(spoil(withEnforcement(value), step, exempt));
    expect(exempting("required")).not.toHaveProperty("confidentialClients");
    expect(exempting("shadow")).toMatchObject({ confidentialClients: ["backend"] });
  });

  test("required cannot stand beside an authenticator that lets everybody pass", () => {
    const open = spoil(withEnforcement("required"), step, `${step}      - authenticator: anyone\n`);
    expect(problemsOf(compilePair({ rules: open })).map(({ path }) => path)).toEqual([
      "rules[0].enforcement",
    ]);
  });
});
