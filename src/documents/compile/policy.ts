import type { PolicyStep } from "../../configuration.ts";
import { mapConfig } from "../schema/contextualizers.ts";
import type { Context } from "./context.ts";
import type { Mechanism, Settings } from "./settings.ts";
import { compileTemplates } from "./templates.ts";

/**
 * A contextualizer or an authorizer.
 * @param id the step's own name, or the mechanism's
 */
export function compilePolicyStep(
  mechanism: Mechanism,
  settings: Settings,
  id: string,
  context: Context,
): PolicyStep | undefined {
  switch (mechanism.type) {
    case "map":
      return compileMap(settings, id, context);
    case "allow":
      return { type: "allow", id };
    default:
      return { type: "deny", id };
  }
}

function compileMap(settings: Settings, id: string, { report }: Context): PolicyStep | undefined {
  const config = settings.read(mapConfig, report);
  if (config === undefined) return undefined;
  if (Object.keys(config.items).length === 0 && !report.isBroken(settings.place("items"))) {
    report.problem(settings.place("items"), {
      reason: "items is missing",
      suggestion: "write items: {NAME: '{{ .Subject.ID }}'}",
    });
  }
  return {
    type: "map",
    id,
    items: compileTemplates(config.items, (name) => settings.place("items", name), report),
    values: compileTemplates(config.values, (name) => settings.place("values", name), report),
  };
}
