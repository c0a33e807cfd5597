import { chaos, summary } from "./chaos.ts";

const [proofs = "100000", mode = "generation"] = process.argv.slice(2);
if (!/^\d+$/.test(proofs) || (mode !== "generation" && mode !== "durable")) {
  console.error("Usage: npm run chaos -- [PROOFS] [generation|durable]");
  process.exit(2);
}
const result = await chaos({ proofs: Number(proofs), between: 6000, mode });
console.log(summary(result));
if (result.acceptedTwice > 0 || result.givenUp > 0) process.exitCode = 1;
