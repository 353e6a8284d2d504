import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Labels } from '../../../src/model/labels.ts';
import { buildGoProgram, runProgram } from '../go-program.ts';

/** The version of Alertmanager that is the judge here. */
export const ALERTMANAGER_VERSION = 'v0.34.1';

/** One question to Alertmanager's own code. */
export type AlertmanagerQuestion =
  | { readonly matchers: string }
  /** One matcher, as an argument or a filter. */
  | { readonly matcher: string }
  /** An entry of `time_intervals`, and times in ms. */
  | { readonly interval: object; readonly times: readonly number[] }
  /** `inhibit_rules`, what fires, and which of these is inhibited. */
  | {
      readonly inhibit: readonly object[];
      readonly firing: readonly Labels[];
      readonly labelSets: readonly Labels[];
    }
  /** The text of a configuration, and where these go. */
  | { readonly config: string; readonly labelSets: readonly Labels[] };

/** What it answers: one of these by the kind of question. */
export interface AlertmanagerAnswer {
  readonly error?: string;
  readonly matchers?: readonly (readonly [name: string, operator: string, value: string])[];
  /** For each time or label set. */
  readonly holds?: readonly boolean[];
  readonly receivers?: readonly (readonly string[])[];
}

const DEADLINE_MS = 5 * 60_000;

/**
 * Answers in the order of the questions (by a small program around Alertmanager, built at the first call).
 * @throws Error when it cannot be built, or fails
 */
export async function askAlertmanager(
  questions: readonly AlertmanagerQuestion[],
): Promise<readonly AlertmanagerAnswer[]> {
  const source = readFileSync(new URL('judge/main.go', import.meta.url), 'utf8');
  const digest = createHash('sha256').update(source).digest('hex').slice(0, 8);
  const path = await buildGoProgram({
    name: `alertmanager-judge-${digest}`,
    package: 'github.com/prometheus/alertmanager/cmd/amtool',
    version: ALERTMANAGER_VERSION,
    source,
  });
  const input = questions.map((question) => JSON.stringify(question)).join('\n');
  const { code, stdout, stderr } = await runProgram(path, [], { input, deadlineMs: DEADLINE_MS });
  if (code !== 0) throw new Error(`the judge ended with ${code}: ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
