import type { StepUpAuthorizer } from "../configuration.ts";
import { Refused } from "../decision.ts";
import type { StepCode } from "../mechanisms.ts";

/**
 * The authorizer `step_up`: RFC 9470. `acr` and `auth_time` are claims of the access token (section
 * 6.1); a token without them has not shown what is asked for, and a login that is still to come has
 * not either: it would be recent for as long as it lies ahead.
 */
export const stepUp: StepCode<StepUpAuthorizer> = ({ runtime }) => {
  return ({ acrValues, maxAge, leeway }, { subject: { attributes } }) => {
    const { acr, auth_time: at } = attributes;
    const strong = acrValues.length === 0 || acrValues.some((value) => value === acr);
    const age = typeof at === "number" ? Math.floor(runtime.now() / 1000) - at : undefined;
    const recent = maxAge === undefined || (age !== undefined && age <= maxAge && age >= -leeway);
    if (strong && recent) return {};
    const refused = new Refused("policy.step_up", {
      expected: [
        ...(acrValues.length > 0 ? [`acr of ${acrValues.join(" or ")}`] : []),
        ...(maxAge === undefined ? [] : [`a login at most ${maxAge} s ago`]),
      ].join(", "),
      found: `${strong ? "" : "another acr or none, "}${age === undefined ? "no auth_time" : told(age)}`,
    });
    refused.parameters = {
      ...(acrValues.length > 0 ? { acr_values: acrValues.join(" ") } : {}),
      ...(maxAge === undefined ? {} : { max_age: `${maxAge}` }),
    };
    throw refused;
  };
};

function told(age: number): string {
  return age < 0 ? `a login ${-age} s ahead` : `a login ${age} s ago`;
}
