/** The parts of the edge that travel only where the documents use them: src/mechanisms/NAME.ts each. */
export const mechanismNames = [
  "claimPath",
  "clientTokens",
  "basicAuth",
  "cel",
  "celExtensions",
  "body",
  "clientCredentials",
  "cookie",
  "encryptedKeys",
  "errorResponse",
  "generic",
  "health",
  "identity",
  "introspection",
  "keyCertificates",
  "map",
  "remote",
<<<<<<< HEAD
  "secretMapping",
=======
  "revocation",
>>>>>>> main
  "stepUp",
  "mcp",
  "templateBounds",
  "templateLogic",
  "templateTexts",
  "templateLists",
  "templateDicts",
  "templateEncodings",
  "templateNumbers",
  "templateCases",
  "templatePaths",
  "templateRegexes",
  "templateLoops",
] as const;

export type MechanismName = (typeof mechanismNames)[number];
