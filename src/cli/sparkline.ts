const BARS = '▁▂▃▄▅▆▇█';

/** Values as bars between the least and the greatest of them; a gap where one is missing or no number. */
export function sparkline(values: readonly (number | undefined)[]): string {
  const there = values.filter((value): value is number => value !== undefined && Number.isFinite(value));
  const least = Math.min(...there);
  const span = Math.max(...there) - least;
  return values
    .map((value) => {
      if (value === undefined || !Number.isFinite(value)) return ' ';
      const height = span > 0 ? (value - least) / span : 0;
      return BARS[Math.round(height * (BARS.length - 1))] ?? ' ';
    })
    .join('')
    .trimEnd();
}
