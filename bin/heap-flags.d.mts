/** The V8 flags of a role; none without a role. */
export function heapFlags(role: string | undefined): string[];

/** The role that `octowatch run` will have by its configuration; undefined for other verbs. */
export function roleOf(args: readonly string[]): string | undefined;

/** What the C library is told, where the environment does not say otherwise. */
export const MALLOC: Readonly<Record<string, string>>;
