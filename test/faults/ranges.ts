/** Whole numbers from the first to the last, both included. */
export type Range = readonly [first: number, last: number];

/** How many numbers there are in ranges that do not overlap. */
export function sizeOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** The numbers that are in both; each list rises and does not overlap. */
export function intersection(a: readonly Range[], b: readonly Range[]): Range[] {
  return a.flatMap(([first, last]) =>
    b
      .map(([low, high]): Range => [Math.max(first, low), Math.min(last, high)])
      .filter(([low, high]) => low <= high),
  );
}

/** The numbers below `end` for which `holds`, as ranges. */
export function rangesWhere(end: number, holds: (number: number) => boolean): Range[] {
  const ranges: Range[] = [];
  for (let number = 0; number < end; number++) {
    if (!holds(number)) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) ranges[ranges.length - 1] = [last[0], number];
    else ranges.push([number, number]);
  }
  return ranges;
}
