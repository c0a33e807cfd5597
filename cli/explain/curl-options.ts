/** One option of curl: whether it takes a value, and what it means for the request (undefined: nothing). */
export interface CurlOption {
  readonly long: string;
  readonly short?: string;
  readonly takes: boolean;
  readonly means?:
    | "method"
    | "header"
    | "url"
    | "data"
    | "json"
    | "head"
    | "get"
    | "upload"
    | "form"
    | "bearer"
    | "user"
    | "cookie"
    | "path-as-is";
}

const valued = (long: string, short?: string): CurlOption => ({
  long,
  takes: true,
  ...(short === undefined ? {} : { short }),
});
const flag = (long: string, short?: string): CurlOption => ({
  long,
  takes: false,
  ...(short === undefined ? {} : { short }),
});

export const curlOptions: readonly CurlOption[] = [
  { long: "request", short: "X", takes: true, means: "method" },
  { long: "header", short: "H", takes: true, means: "header" },
  { long: "url", takes: true, means: "url" },
  { long: "data", short: "d", takes: true, means: "data" },
  { long: "data-ascii", takes: true, means: "data" },
  { long: "data-binary", takes: true, means: "data" },
  { long: "data-raw", takes: true, means: "data" },
  { long: "data-urlencode", takes: true, means: "data" },
  { long: "json", takes: true, means: "json" },
  { long: "head", short: "I", takes: false, means: "head" },
  { long: "get", short: "G", takes: false, means: "get" },
  { long: "upload-file", short: "T", takes: true, means: "upload" },
  { long: "form", short: "F", takes: true, means: "form" },
  { long: "form-string", takes: true, means: "form" },
  { long: "oauth2-bearer", takes: true, means: "bearer" },
  { long: "user", short: "u", takes: true, means: "user" },
  { long: "cookie", short: "b", takes: true, means: "cookie" },
  { long: "path-as-is", takes: false, means: "path-as-is" },

  valued("user-agent", "A"),
  valued("referer", "e"),
  valued("cookie-jar", "c"),
  valued("continue-at", "C"),
  valued("dump-header", "D"),
  valued("cert", "E"),
  valued("config", "K"),
  valued("max-time", "m"),
  valued("output", "o"),
  valued("range", "r"),
  valued("write-out", "w"),
  valued("proxy", "x"),
  valued("proxy-user", "U"),
  valued("speed-time", "y"),
  valued("speed-limit", "Y"),
  valued("time-cond", "z"),
  valued("cacert"),
  valued("capath"),
  valued("connect-timeout"),
  valued("connect-to"),
  valued("interface"),
  valued("key"),
  valued("limit-rate"),
  valued("max-redirs"),
  valued("resolve"),
  valued("retry"),
  valued("retry-delay"),
  valued("retry-max-time"),
  valued("tls-max"),
  valued("unix-socket"),

  flag("http1.0", "0"),
  flag("http1.1"),
  flag("http2"),
  flag("http2-prior-knowledge"),
  flag("http3"),
  flag("tlsv1.2"),
  flag("tlsv1.3"),
  flag("ipv4", "4"),
  flag("ipv6", "6"),
  flag("fail", "f"),
  flag("fail-with-body"),
  flag("globoff", "g"),
  flag("include", "i"),
  flag("show-headers"),
  flag("insecure", "k"),
  flag("location", "L"),
  flag("location-trusted"),
  flag("no-buffer", "N"),
  flag("remote-name", "O"),
  flag("remote-header-name", "J"),
  flag("disable", "q"),
  flag("silent", "s"),
  flag("show-error", "S"),
  flag("verbose", "v"),
  flag("progress-bar", "#"),
  flag("no-progress-meter"),
  flag("compressed"),
  flag("no-keepalive"),
  flag("retry-all-errors"),
  flag("retry-connrefused"),
  flag("raw"),
];
