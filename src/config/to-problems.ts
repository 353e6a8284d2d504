import type { z } from 'zod';
import type { Problem } from './substitute.ts';
import { refusalOf } from './unsupported.ts';

/** What a schema finds wrong, in words for the person who wrote the file. */
export function toProblems(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => ({ path: issue.path, message }));
  if (issue.code !== 'unrecognized_keys')
    return [{ path: issue.path, message: missingOf(issue) ?? issue.message }];
  return issue.keys.map((key) => ({
    path: [...issue.path, key],
    message:
      refusalOf([...issue.path, key]) ??
      `unknown key ${JSON.stringify(key)}; see \`octowatch config schema\``,
  }));
}

/** A key that must be there: the text itself has no place for it, so it is named. */
function missingOf({ code, path, message }: z.core.$ZodIssue): string | undefined {
  const key = path.at(-1);
  if (code !== 'invalid_type' || typeof key !== 'string' || !message.endsWith('received undefined'))
    return undefined;
  return `${key} is missing`;
}
