import type { MapContextualizer } from "../configuration.ts";
import type { StepCode } from "../mechanisms.ts";
import { renderText, valuesOf } from "../mint/render.ts";

/** The contextualizer `map`: texts by name, for the steps after it. */
export const map: StepCode<MapContextualizer> = () => (step, seen) => {
  const values = valuesOf(step.values, seen);
  const items = Object.entries(step.items).map(([name, template]) => [
    name,
    renderText(template, { ...seen, values }),
  ]);
  return { output: Object.fromEntries(items) };
};
