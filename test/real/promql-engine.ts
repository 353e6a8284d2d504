import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Labels } from '../../src/model/labels.ts';
import { buildGoProgram, runProgram } from './go-program.ts';

/** A series for the engine, and of its answers; numbers are texts, `stale` a stale marker. */
export interface EngineSeries {
  readonly labels: Labels;
  /** ms since the epoch. */
  readonly times: readonly number[];
  readonly values: readonly string[];
}

/** A range query, times in ms. */
export interface EngineQuery {
  readonly expr: string;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** What it answered, or why not. */
export interface EngineAnswer {
  readonly error?: string;
  readonly series: readonly EngineSeries[];
}

const DEADLINE_MS = 5 * 60_000;

/**
 * Evaluates queries with the engine of Prometheus 3.14 (a small program around it, built at the first call).
 * @throws Error when it cannot be built, or fails
 */
export async function askEngine(
  series: readonly EngineSeries[],
  queries: readonly EngineQuery[],
): Promise<readonly EngineAnswer[]> {
  const source = readFileSync(new URL('promql-engine/main.go', import.meta.url), 'utf8');
  const digest = createHash('sha256').update(source).digest('hex').slice(0, 8);
  const path = await buildGoProgram({
    name: `promql-engine-${digest}`,
    package: 'github.com/prometheus/prometheus/promql',
    version: 'v0.314.0',
    source,
  });
  const input = [series, ...queries].map((line) => JSON.stringify(line)).join('\n');
  const { code, stdout, stderr } = await runProgram(path, [], { input, deadlineMs: DEADLINE_MS });
  if (code !== 0) throw new Error(`the engine ended with ${code}: ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
