import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { labelsKey } from '../../src/model/labels.ts';
import { MemorySeries } from '../../src/promql/memory-series.ts';
import { parseExpression } from '../../src/promql/parser.ts';
import { parseLabels, parseValues } from '../../src/promql/series-notation.ts';
import { elementsOf } from '../../src/ruler/rule-result.ts';
import { anyExpression, SERIES } from './any-expression.ts';
import { skipWithoutGo } from './go-program.ts';
import { promtool } from './promtool.ts';

const MINUTE = 60_000;
const AT_MINUTES = 30;
const TOLERANCE = 1e-9;

/** Values by label set; undefined for an expression that fails. */
type Answer = ReadonlyMap<string, number> | undefined;

/** What Prometheus answers: promtool prints it for a test that expects what cannot be. */
async function answersOfPrometheus(texts: readonly string[], flags: readonly string[]): Promise<Answer[]> {
  const never = [{ labels: 'never', value: 0 }];
  const asked = texts.map((expr) => ({ expr, eval_time: `${AT_MINUTES}m`, exp_samples: never }));
  // Samples are there up to the last time that is asked for.
  const last = { expr: 'vector(1)', eval_time: `${2 * AT_MINUTES}m`, exp_samples: [{ value: 1 }] };
  const input_series = SERIES.map(([series, values]) => ({ series, values }));
  const folder = mkdtempSync(join(tmpdir(), 'octowatch-evaluation-'));
  try {
    const file = join(folder, 't.yml');
    writeFileSync(file, JSON.stringify({ tests: [{ input_series, promql_expr_test: [...asked, last] }] }));
    const { stderr } = await promtool([...flags, 'test', 'rules', file]);
    const blocks = stderr.split(/^ {4}expr: /m).slice(1);
    assert.equal(blocks.length, texts.length, stderr.slice(0, 1000));
    return blocks.map(answerIn);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function answerIn(block: string): Answer {
  const got = /^ {8}got: (.*)$/m.exec(block)?.[1];
  if (got === undefined) return undefined;
  const samples = got.matchAll(/(\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\}) ([^\s,]+)/g);
  return new Map(
    Array.from(samples, ([, labels = '', value = '']) => [
      labelsKey(parseLabels(labels)),
      Number(value.replace('Inf', 'Infinity')),
    ]),
  );
}

function ownAnswer(text: string, reader: MemorySeries, delayedNameRemoval: boolean): Answer {
  try {
    const options = { reader, time: AT_MINUTES * MINUTE, delayedNameRemoval };
    const elements = elementsOf(parseExpression(text), options);
    return new Map(elements.map(({ labels, value }) => [labelsKey(labels), value]));
  } catch {
    return undefined;
  }
}

function isSame(ours: Answer, theirs: Answer): boolean {
  if (ours === undefined || theirs === undefined) return ours === theirs;
  return ours.size === theirs.size && [...ours].every(([labels, value]) => isNear(value, theirs.get(labels)));
}

/** Sums in another order differ in their last bits. */
function isNear(a: number, b: number | undefined): boolean {
  if (b === undefined || Object.is(a, b) || a === b) return b !== undefined;
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

for (const delayedNameRemoval of [false, true]) {
  const how = delayedNameRemoval ? 'delayed' : 'at once';
  test(
    `Prometheus answers 1,500 expressions as we do, names removed ${how}`,
    { skip: skipWithoutGo() },
    async () => {
      const texts = [...new Set(fc.sample(anyExpression, { seed: 1, numRuns: 1500 }))];
      const reader = new MemorySeries();
      for (const [series, values] of SERIES) reader.load(parseLabels(series), parseValues(values), MINUTE, 0);
      const flags = delayedNameRemoval ? ['--enable-feature=promql-delayed-name-removal'] : [];
      const theirs = await answersOfPrometheus(texts, flags);
      const ours = texts.map((text) => ownAnswer(text, reader, delayedNameRemoval));
      assert.ok(ours.filter((answer) => (answer?.size ?? 0) > 0).length > texts.length / 3);
      assert.deepEqual(
        texts.filter((_, index) => !isSame(ours[index], theirs[index])),
        [],
      );
    },
  );
}
