import type { Document } from "yaml";

/** With lists as they were written: below their key, or further in. */
export function textOf(document: Document, source: string): string {
  const flush = /^( *)[\w-]+: *\n\1- /m.test(source);
  document.directives = undefined;
  return document.toString({ lineWidth: 0, indentSeq: !flush, flowCollectionPadding: false });
}
