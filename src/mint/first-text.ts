type Node =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "emit" | "assign" }
  | { readonly kind: "if"; readonly whenTrue: readonly Node[]; readonly whenFalse: readonly Node[] }
  | { readonly kind: "range"; readonly body: readonly Node[]; readonly whenEmpty: readonly Node[] };

/** The literal text that a template begins with, whatever it assigns or asks before; "" where a value comes first. */
export function firstText(nodes: readonly Node[]): string {
  for (const node of nodes) {
    if (node.kind === "emit") return "";
    const found = textOf(node).trimStart();
    if (found !== "") return found;
  }
  return "";
}

function textOf(node: Node): string {
  switch (node.kind) {
    case "text":
      return node.text;
    case "if":
      return firstText(node.whenTrue) || firstText(node.whenFalse);
    case "range":
      return firstText(node.body) || firstText(node.whenEmpty);
    default:
      return "";
  }
}
