import { z } from 'zod';
import { Failure } from '../model/failure.ts';
import { doubleTenants } from './fleet-problems.ts';
import { instance } from './instance.ts';
import { parseSource } from './source-text.ts';
import type { Problem } from './substitute.ts';
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
  const { instances, problems } = read(plainJson(text) ?? parseSource(name, text).value ?? []);
  if (problems.length === 0) return instances;
  const source = parseSource(name, text);
  throw new Failure('invalid', problems.map(({ path, message }) => source.problem(path, message)).join('\n'));
}

function read(value: unknown): { instances: readonly ListedInstance[]; problems: readonly Problem[] } {
  const parsed = list.safeParse(value);
  if (!parsed.success) return { instances: [], problems: parsed.error.issues.flatMap(toProblems) };
  return { instances: parsed.data, problems: [...doubleTenants(parsed.data, [])] };
}

/** JSON is YAML, but 10,000 instances in it are read in a tenth of the time. */
function plainJson(text: string): unknown {
  if (!text.trimStart().startsWith('[')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
