import type { ForwardTo } from "../../configuration.ts";
import { droppedBy, spelling } from "../../forward/dropped-headers.ts";
import { isHopByHop } from "../../forward/hop-by-hop.ts";
import { isLoopback } from "../../loopback.ts";
import { below, type Place, type Report } from "../report.ts";
import { forwardTo } from "../schema/rules.ts";
import { typed } from "../validate.ts";

/** @param value a rule's `forward_to` as validated */
export function compileForwardTo(
  value: unknown,
  place: Place,
  report: Report,
): ForwardTo | undefined {
  const settings = typed(forwardTo, value);
  if (settings === undefined) return undefined;
  const { host, rewrite } = settings;
  const url = `https://${host}`;
  if (!URL.canParse(url) || /[/?#@\\]/.test(host)) {
    report.problem(below(place, "host"), {
      reason: "not a host or host:port",
      found: JSON.stringify(host),
      suggestion:
        "write the host alone; a scheme goes to rewrite.scheme, a path to rewrite.add_path_prefix",
    });
    return undefined;
  }
  const loopback = isLoopback(new URL(url).hostname);
  const scheme = rewrite.scheme ?? (loopback ? "http" : "https");
  if (scheme === "http" && !loopback) {
    report.note(
      below(place, "rewrite", "scheme"),
      "requests and their internal tokens travel to this host without encryption",
    );
  }
  return {
    scheme,
    host,
    forwardHostHeader: settings.forward_host_header,
    ...(rewrite.strip_path_prefix === undefined
      ? {}
      : { stripPathPrefix: rewrite.strip_path_prefix }),
    ...(rewrite.add_path_prefix === undefined ? {} : { addPathPrefix: rewrite.add_path_prefix }),
    stripQueryParameters: rewrite.strip_query_parameters,
    ...forwardHeaders(settings.forward_headers, below(place, "forward_headers"), report),
  };
}

function forwardHeaders(
  names: readonly string[],
  place: Place,
  report: Report,
): Pick<ForwardTo, "forwardHeaders"> {
  for (const [index, name] of names.entries()) {
    const spelled = spelling(name);
    const dropped = droppedBy(spelled);
    const spot = below(place, index);
    if (isHopByHop(spelled) || dropped?.always) {
      const reason = dropped?.always ? dropped.reason : "It concerns one connection only.";
      report.problem(spot, { reason: `${name} never goes on to an upstream: ${reason}` });
    } else if (dropped === undefined) {
      report.note(spot, `${name} is passed on in any case`);
    } else {
      report.note(spot, `any client can send ${name} to this upstream: ${dropped.reason}`);
    }
  }
  return names.length === 0 ? {} : { forwardHeaders: names.map((name) => name.toLowerCase()) };
}
