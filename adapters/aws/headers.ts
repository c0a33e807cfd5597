type Multiple = Readonly<Record<string, readonly string[] | undefined>>;
type Single = Readonly<Record<string, string | undefined>>;

/** What every kind of event has of a request's headers; payload 2.0 keeps cookies apart. */
export interface EventHeaders {
  readonly multiValueHeaders?: Multiple | null | undefined;
  readonly headers?: Single | null | undefined;
  readonly cookies?: readonly string[] | undefined;
}

/** Every value of every header: `headers` of payload 1.0 has only the last of a repeated one. */
export function headersOf({ multiValueHeaders, headers, cookies }: EventHeaders): Headers {
  const found = new Headers();
  for (const [name, values] of Object.entries(multiValueHeaders ?? single(headers ?? {}))) {
    for (const value of values ?? []) found.append(name, octets(value));
  }
  if (cookies && cookies.length > 0) found.set("Cookie", octets(cookies.join("; ")));
  return found;
}

function single(headers: Single): Multiple {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value === undefined ? [] : [value]]),
  );
}

/** RFC 9110 section 5.5: a field holds octets; what the event has decoded is written back as such. */
function octets(value: string): string {
  return /[^\0-\xff]/.test(value) ? Buffer.from(value, "utf8").toString("latin1") : value;
}
