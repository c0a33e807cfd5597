import type { ALBResult, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Carried } from "./forward.ts";

/** For HTTP APIs and function URLs: one value a header, cookies apart. */
export function httpResult({ status, headers, body }: Carried): APIGatewayProxyStructuredResultV2 {
  const cookies = headers.getSetCookie();
  const others = [...headers].filter(([name]) => name !== "set-cookie");
  return {
    statusCode: status,
    headers: Object.fromEntries(others),
    ...(cookies.length > 0 ? { cookies } : {}),
    ...encoded(body),
  };
}

/** For load balancers, which take headers in the kind that they sent. */
export function loadBalancerResult(
  { status, headers, body }: Carried,
  multiple: boolean,
): ALBResult {
  const values: Record<string, string[]> = {};
  for (const [name, value] of headers) values[name] = [...(values[name] ?? []), value];
  const lasts = Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? ""]);
  return {
    statusCode: status,
    ...(multiple ? { multiValueHeaders: values } : { headers: Object.fromEntries(lasts) }),
    ...encoded(body),
  };
}

/** Always as octets: nobody has to guess which bodies are text. */
function encoded(body: Buffer | undefined): { body: string; isBase64Encoded: boolean } {
  if (body === undefined || body.length === 0) return { body: "", isBase64Encoded: false };
  return { body: body.toString("base64"), isBase64Encoded: true };
}
