export type PolicyStep = { readonly type: "allow" | "deny"; readonly id: string };
