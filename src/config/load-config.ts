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

/**
 * The configuration in `text`.
 * @param name the file's path, for messages and for secrets beside it
 * @throws Failure `invalid`: every problem, each with line, column and a caret
 */
export function loadConfig(name: string, text: string, from: Surroundings): Config {
  const source = parseSource(name, text);
  const problems: Problem[] = [];
  const raw = inheritGlobal(substitute(source.value ?? {}, name, from, problems));
  const parsed = configSchema.safeParse(raw);
  // What could not be substituted is already reported: that it does not fit either is no news.
  const reported = new Set(problems.map(({ path }) => path.join('.')));
  const misfits = parsed.error?.issues.flatMap(toProblems) ?? [];
  problems.push(...misfits.filter(({ path }) => !reported.has(path.join('.'))));
  if (problems.length > 0) throw refusal(source, problems);
  const config = parsed.data;
  if (config === undefined) throw new Failure('invalid', `${name}: no configuration`);
  const semantic = [...semanticProblems(config)];
  if (semantic.length > 0) throw refusal(source, semantic);
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
