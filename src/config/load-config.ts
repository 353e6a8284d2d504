import { dirname, resolve } from 'node:path';
import { Failure } from '../model/failure.ts';
import { fleetProblems } from './fleet-problems.ts';
import { inheritGlobal } from './inherit-global.ts';
import { refusedValues } from './listed-secrets.ts';
import { reportProblems } from './report-problems.ts';
import { routeProblems } from './route-problems.ts';
import { configSchema, type Config } from './schema.ts';
import { parseSource, type SourceText } from './source-text.ts';
import { substitute, type Problem, type Surroundings } from './substitute.ts';
import { toProblems } from './to-problems.ts';

/** What more there is to check of a configuration, by whoever knows what its parts mean. */
export interface FurtherChecks {
  /** What does not hold, or holds but is to be written otherwise. */
  problems(config: Config): Iterable<Problem & { readonly isWarning?: true }>;
  /** Told of each warning, with its line and a caret. */
  warn(text: string): void;
}

const NO_CHECKS: FurtherChecks = { problems: () => [], warn() {} };

/**
 * The configuration in `text`; globs of templates are absolute in it.
 * @param name the file's path, for messages and for what is named relative to it
 * @throws Failure `invalid`: every problem, each with line, column and a caret
 */
export function loadConfig(
  name: string,
  text: string,
  from: Surroundings,
  checks: FurtherChecks = NO_CHECKS,
): Config {
  const source = parseSource(name, text);
  const problems: Problem[] = [];
  const raw = inheritGlobal(substitute(source.value ?? {}, name, from, problems));
  const parsed = configSchema.safeParse(raw);
  // What could not be substituted is already reported: that it does not fit either is no news.
  const reported = new Set(problems.map(({ path }) => path.join('.')));
  const misfits = parsed.error?.issues.flatMap(toProblems) ?? [];
  problems.push(...misfits.filter(({ path }) => !reported.has(path.join('.'))));
  if (problems.length > 0) throw refusal(source, problems);
  if (parsed.data === undefined) throw new Failure('invalid', `${name}: no configuration`);
  const templates = parsed.data.templates.map((pattern) => resolve(dirname(name), pattern));
  const config = { ...parsed.data, templates };
  const further = [...checks.problems(config)];
  const semantic = [...semanticProblems(config), ...further.filter(({ isWarning }) => isWarning !== true)];
  if (semantic.length > 0) throw refusal(source, semantic);
  for (const { path, message, isWarning } of further)
    if (isWarning === true) checks.warn(source.problem(path, `warning: ${message}`));
  return config;
}

function refusal(source: SourceText, problems: readonly Problem[]): Failure {
  return new Failure(
    'invalid',
    problems.map(({ path, message }) => source.problem(path, message)).join('\n'),
  );
}

function* semanticProblems(config: Config): Iterable<Problem> {
  yield* fleetProblems(config);
  for (const message of refusedValues(config)) yield { path: ['redact'], message };
  yield* routeProblems(config);
  yield* reportProblems(config);
}
