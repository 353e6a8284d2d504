/** The flags of a role; none without a role. */
export function heapFlags(role: string | undefined): string[];

/** The flags for `octowatch run` by its configuration; none for other verbs. */
export function flagsOf(args: readonly string[]): string[];

/** What the C library is told, where the environment does not say otherwise. */
export const MALLOC: Readonly<Record<string, string>>;
