/** The graph of an expression, from the first page; the form of Prometheus's addresses. */
export function graphPath(expression: string, range = '1h'): string {
  return `graph?${String(new URLSearchParams({ 'g0.expr': expression, 'g0.range_input': range, 'g0.tab': '0' }))}`;
}
