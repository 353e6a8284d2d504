import { z } from 'zod';
import { Failure } from '../model/failure.ts';
import { doubleTenants } from './fleet-problems.ts';
import { instance } from './instance.ts';
import { parseSource } from './source-text.ts';
import { toProblems } from './to-problems.ts';

const listed = z
  .strictObject({ ...instance.shape, api_key_file: z.string().min(1).optional() })
  .refine(
    (entry) => entry.api_key === undefined || entry.api_key_file === undefined,
    'give api_key or api_key_file, not both',
  );
const list = z.array(listed, 'write a list of instances, each as in fleet.instances');

/** An instance of a file; its secret may be in another one. */
export type ListedInstance = z.output<typeof listed>;

/**
 * The instances in `text`, YAML or JSON. Nothing in it is replaced by the environment: who writes the list need not be
 * who runs the agent.
 * @param name the file's path, for messages
 * @throws Failure `invalid`: every problem, each with line, column and a caret
 */
export function parseFleetFile(name: string, text: string): readonly ListedInstance[] {
  const source = parseSource(name, text);
  const parsed = list.safeParse(source.value ?? []);
  const problems = parsed.success
    ? [...doubleTenants(parsed.data, [])]
    : parsed.error.issues.flatMap(toProblems);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new Failure('invalid', problems.map(({ path, message }) => source.problem(path, message)).join('\n'));
}
