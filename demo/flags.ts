import { parseArgs } from "node:util";
import { mistyped } from "../cli/mistyped.ts";

export interface Flags {
  readonly keep: boolean;
  /** Opens the playground in place of the run. */
  readonly page?: boolean;
  readonly json: boolean;
  /** Shows the edge's events as they come. */
  readonly events?: boolean;
  readonly help: boolean;
  /** The folder of the two documents; absent: the shipped ones. */
  readonly config?: string;
  /** Who issues the tokens; absent: oidc-provider. */
  readonly issuer?: IssuerName;
}

export const issuerNames = ["oidc-provider", "keycloak", "better-auth"] as const;
export type IssuerName = (typeof issuerNames)[number];

export const usage = `Usage: npm run demo -- [flags], or dpop-edge demo [flags]

Starts an OAuth issuer, the Worker under workerd and an upstream; a client walks the DPoP flow,
then every attack is sent for real. Ends with 1 if one is not caught or something honest is refused.

  --keep         leave it all running and print commands to try
  --page         open the playground: the flow and the attacks in your browser
  --json         print one JSON object in place of the narration
  --events       show the edge's events as they come (docs/events.md), on stderr
  --config DIR   the two documents to use (default: the shipped ones)
  --issuer NAME  who issues the tokens: oidc-provider (the default), keycloak or better-auth
  --help         this

Keycloak runs on Java 17 or later, and Maven fetches it, once. Where one of them is missing that is
said, nothing is played, and the exit code is 0.

Example: dpop-edge demo --page
         npm run demo -- --keep
         npm run demo -- --issuer keycloak
`;

const options = {
  keep: { type: "boolean", default: false },
  page: { type: "boolean" },
  json: { type: "boolean", default: false },
  events: { type: "boolean" },
  help: { type: "boolean", short: "h", default: false },
  config: { type: "string" },
  issuer: { type: "string" },
} as const;

/** Flags as read, or what is wrong with them in a line for people. */
export function readFlags(args: readonly string[]): Flags | { readonly wrong: string } {
  try {
    const { values } = parseArgs({ args: [...args], options });
    const { issuer, ...others } = values;
    if (issuer === undefined) return others;
    const name = issuerNames.find((each) => each === issuer);
    if (name === undefined) {
      return { wrong: `--issuer takes ${issuerNames.join(", ")}, not ${issuer}.` };
    }
    if (others.page && name !== "oidc-provider") {
      return { wrong: "--page is played with oidc-provider: leave --issuer or --page out." };
    }
    return { ...others, issuer: name };
  } catch (error) {
    return {
      wrong: `${mistyped(error, Object.keys(options))}. The flags are --keep, --json, --events, --page, --config DIR, --issuer NAME and --help.`,
    };
  }
}
