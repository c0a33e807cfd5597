/** The parts of the edge that travel only where the documents use them: src/mechanisms/NAME.ts each. */
export const mechanismNames = [
  "claimPath",
  "clientTokens",
  "basicAuth",
  "cel",
  "body",
  "clientCredentials",
  "cookie",
  "errorResponse",
  "generic",
  "health",
  "identity",
  "introspection",
  "map",
  "remote",
  "stepUp",
  "mcp",
  "templateBounds",
  "templateLogic",
  "templateTexts",
  "templateLists",
  "templateDicts",
  "templateEncodings",
  "templateNumbers",
  "templateLoops",
] as const;

export type MechanismName = (typeof mechanismNames)[number];
