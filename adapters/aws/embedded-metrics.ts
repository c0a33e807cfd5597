import type { DecisionEvent } from "../../src/event.ts";

/**
 * What makes a log line CloudWatch metrics too (embedded metric format, version 1): the metrics are
 * members of the line, and so are their dimensions.
 */
export function embeddedMetrics(event: DecisionEvent, namespace: string): object {
  const counted = { Name: "requests", Unit: "Count" };
  const timed = { Name: "duration", Unit: "Milliseconds" };
  const dimensions = event.code === undefined ? [["outcome"]] : [["outcome"], ["outcome", "code"]];
  const failed = event.upstream?.problem !== undefined;
  const failures = {
    Namespace: namespace,
    Dimensions: [[]],
    Metrics: [{ Name: "upstream_failures", Unit: "Count" }],
  };
  return {
    requests: event.count ?? 1,
    ...(failed ? { upstream_failures: 1 } : {}),
    _aws: {
      Timestamp: Date.parse(event.time),
      CloudWatchMetrics: [
        { Namespace: namespace, Dimensions: dimensions, Metrics: [counted, timed] },
        ...(failed ? [failures] : []),
      ],
    },
  };
}
