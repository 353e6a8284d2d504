import { messageOf } from '../../model/failure.ts';
import { MemorySeries } from '../memory-series.ts';
import { parseSeriesNotation } from '../series-notation.ts';
import { problemOfEval } from './run-eval.ts';
import { parseStartNotation, type NotedStarts } from './start-notation.ts';
import { parseTestFile, type LoadBlock } from './test-file.ts';

/** What became of one `eval` of a test file, or of a line that could not be read. */
export interface EvalOutcome {
  /** From 1. */
  readonly line: number;
  /** The expression; of a line that could not be read, the line. */
  readonly expr: string;
  /** Why it failed; undefined when it passed. */
  readonly problem: string | undefined;
}

/**
 * Runs a file in Prometheus's `.test` format: values, order, and expected failures with their messages. Each instant
 * query is asked again fixed by `@` at other times, and each of those within a range query, unless `rechecks` is off.
 * Warnings (`expect warn`, `expect info`, `expect no_warn` …) are not compared.
 */
export function runTestFile(text: string, rechecks = true): readonly EvalOutcome[] {
  let series = new MemorySeries();
  const outcomes: EvalOutcome[] = [];
  for (const block of parseTestFile(text)) {
    switch (block.kind) {
      case 'clear':
        series = new MemorySeries();
        break;
      case 'load':
        outcomes.push(...load(series, block));
        break;
      case 'bad':
        outcomes.push({ line: block.line, expr: block.text, problem: block.problem });
        break;
      case 'eval': {
        const problem = problemOfEval(block, series, rechecks);
        outcomes.push({ line: block.line, expr: block.expr, problem });
      }
    }
  }
  return outcomes;
}

/** The lines that could not be read. */
function* load(into: MemorySeries, block: LoadBlock): Iterable<EvalOutcome> {
  let starts: NotedStarts | undefined;
  for (const [index, text] of block.series.entries()) {
    try {
      const noted = parseStartNotation(text);
      if (noted === undefined) {
        const { labels, values } = parseSeriesNotation(text);
        into.load(labels, values, block.intervalMs, 0, starts?.offsets);
      }
      starts = noted;
    } catch (error) {
      yield { line: block.line + 1 + index, expr: text, problem: messageOf(error) };
    }
  }
}
