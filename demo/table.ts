export type Cells = readonly string[];

/** Lines of a table, columns as wide as their widest cell; `paint` colours a cell already padded. */
export function table(
  head: Cells,
  rows: readonly Cells[],
  paint: (cell: string, row: number, column: number) => string = (cell) => cell,
): string[] {
  const widths = head.map((title, column) => {
    return Math.max(...[title, ...rows.map((row) => row[column] ?? "")].map((cell) => cell.length));
  });
  const line = (cells: Cells, painted: (cell: string, column: number) => string) =>
    widths
      .map((width, column) => painted((cells[column] ?? "").padEnd(width), column))
      .join("  ")
      .trimEnd();
  return [
    line(head, (cell) => cell),
    widths.map((width) => "-".repeat(width)).join("  "),
    ...rows.map((row, index) => line(row, (cell, column) => paint(cell, index, column))),
  ];
}
