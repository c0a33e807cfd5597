import { handler as authorizer } from "../../adapters/aws/functions/authorizer.ts";
import type { Outcome } from "./gateway-responses.ts";

/** As serverless-offline makes it: with a version, and with the route's pattern in the ARN. */
interface EmulatedEvent {
  readonly version?: string;
  readonly methodArn: string;
  readonly httpMethod: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The authorizer under serverless-offline: gives it the event that API Gateway would have sent, and
 * tells the demo's gateway how it ended, since the emulator drops the context of a denial.
 */
export async function handler({ version: _, ...event }: EmulatedEvent): Promise<unknown> {
  const [api = "", stage = ""] = event.methodArn.split("/");
  const methodArn = `${api}/${stage}/${event.httpMethod}${event.path}`;
  try {
    const answer = await authorizer({ ...event, methodArn });
    if (!("policyDocument" in answer)) throw new Error("A REST API's authorizer answers policies.");
    const [statement] = answer.policyDocument.Statement;
    if (statement?.Effect === "Deny") {
      await report(event, { kind: "policy", context: answer.context ?? {} });
    }
    const granted = { ...statement, Resource: event.methodArn };
    return { ...answer, policyDocument: { ...answer.policyDocument, Statement: [granted] } };
  } catch (error) {
    await report(event, { kind: "error", message: error instanceof Error ? error.message : "" });
    throw error;
  }
}

async function report({ headers }: EmulatedEvent, outcome: Outcome): Promise<void> {
  const [, id = ""] = Object.entries(headers).find(([name]) => /^x-demo-id$/i.test(name)) ?? [];
  await fetch(`${process.env.OUTCOMES_URL}/${id}`, {
    method: "POST",
    body: JSON.stringify(outcome),
  });
}
