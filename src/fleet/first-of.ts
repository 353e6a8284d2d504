const NAMED = 5;

/** The first few of a list, and how many more there are: for a log. */
export function firstOf(names: readonly string[]): readonly string[] {
  return names.length <= NAMED ? names : [...names.slice(0, NAMED), `and ${names.length - NAMED} more`];
}
