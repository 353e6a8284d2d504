import { MemorySeries } from './memory-series.ts';
import { problemOfEval } from './run-eval.ts';
import { parseSeriesNotation } from './series-notation.ts';
import { parseStartNotation, type NotedStarts } from './start-notation.ts';
import { parseTestFile } from './test-file.ts';

/** What became of one `eval` of a test file. */
export interface EvalOutcome {
  /** From 1. */
  readonly line: number;
  readonly expr: string;
  /** Why it failed; undefined when it passed. */
  readonly problem: string | undefined;
}

/**
 * Runs a file in Prometheus's `.test` format: values, order, and expected failures with their messages. Each instant
 * query is asked again fixed by `@` at other times, and each of those within a range query, unless `rechecks` is off.
 * Warnings (`expect warn`, `expect info`, `expect no_warn` …) are not compared.
 * @throws Failure `invalid` when the file is not in that format
 */
export function runTestFile(text: string, rechecks = true): readonly EvalOutcome[] {
  let series = new MemorySeries();
  const outcomes: EvalOutcome[] = [];
  for (const block of parseTestFile(text)) {
    if (block.kind === 'clear') series = new MemorySeries();
    else if (block.kind === 'load') load(series, block.series, block.intervalMs);
    else {
      const problem = problemOfEval(block, series, rechecks);
      outcomes.push({ line: block.line, expr: block.expr, problem });
    }
  }
  return outcomes;
}

function load(into: MemorySeries, lines: readonly string[], intervalMs: number): void {
  let starts: NotedStarts | undefined;
  for (const line of lines) {
    const noted = parseStartNotation(line);
    if (noted === undefined) {
      const { labels, values } = parseSeriesNotation(line);
      into.load(labels, values, intervalMs, 0, starts?.offsets);
    }
    starts = noted;
  }
}
