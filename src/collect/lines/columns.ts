/** Sets one cell of a table's columns; a column that the dataset does not declare is left out. */
export function put(
  columns: ReadonlyMap<string, Int32Array | Float64Array>,
  name: string,
  row: number,
  value: number,
): void {
  const column = columns.get(name);
  if (column !== undefined) column[row] = value;
}
