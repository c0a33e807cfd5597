export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A POST to the root of a service's endpoint: every request of AWS's JSON protocols is one. */
export interface Post {
  /** Its endpoint, with no path and no query. */
  readonly url: string;
  /** Names in lower case; values without white space at their ends or doubled within. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly service: string;
  readonly region: string;
}

/** The headers to send. */
export type Sign = (
  post: Post,
  credentials: Credentials,
  now: Date,
) => Promise<Readonly<Record<string, string>>>;

const algorithm = "AWS4-HMAC-SHA256";
/** Signing keys: one a day, region and service. */
const mostKept = 16;

/** AWS Signature Version 4, every header signed. Its code of Node is imported when it is first used. */
export function createSigner(): Sign {
  const kept = new Map<string, Uint8Array>();
  return async ({ url, headers, body, service, region }, credentials, now) => {
    const { createHmac, hash } = await import("node:crypto");
    const hmac = (key: string | Uint8Array, text: string) =>
      createHmac("sha256", key).update(text).digest();
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const time = now.toISOString().replace(/[:-]|\.\d+/g, "");
    const steps = [time.slice(0, 8), region, service, "aws4_request"];
    const scope = steps.join("/");

    const sent = {
      ...headers,
      "x-amz-date": time,
      ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
    };
    const signed = Object.entries({ ...sent, host: new URL(url).host }).toSorted(byName);
    const names = signed.map(([name]) => name).join(";");
    const lines = signed.map(([name, value]) => `${name}:${value}`);
    const request = ["POST", "/", "", ...lines, "", names, hash("sha256", body)].join("\n");
    const text = [algorithm, time, scope, hash("sha256", request)].join("\n");

    const place = `${scope} ${secretAccessKey}`;
    const key =
      kept.get(place) ?? steps.reduce<string | Uint8Array>(hmac, `AWS4${secretAccessKey}`);
    if (kept.size >= mostKept) kept.clear();
    if (typeof key !== "string") kept.set(place, key);
    const signature = hmac(key, text).toString("hex");
    const credential = `${accessKeyId}/${scope}`;
    return {
      ...sent,
      authorization: `${algorithm} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
    };
  };
}

function byName([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}
