/** The parts of the edge that travel only where the documents use them: src/mechanisms/NAME.ts each. */
export const mechanismNames = ["cel", "cookie", "map"] as const;

export type MechanismName = (typeof mechanismNames)[number];
