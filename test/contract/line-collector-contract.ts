import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import type { LineCollector, LineParser, ParseCounts } from '../../src/collect/contract.ts';
import { ID_STEP } from '../../src/collect/tail/tailer.ts';
import { rowsOf, type BatchRow } from '../../src/model/batch-rows.ts';
import { ColumnBatch } from '../../src/model/column-batch.ts';
import type { Dataset } from '../../src/model/dataset.ts';
import { anyLog, joined, linesOf } from './any-log.ts';
import { assertDeclared } from './assert-declared.ts';
import { parseLines, type ParsedLines } from './parsed-lines.ts';

/** A zone that repeats an hour, so that a parser which keeps the order of times is tried too. */
const TARGET = { tenant: 'acme', info: {}, files: {}, timeZone: 'Europe/Berlin' };
/** Bytes that no log of any format has. */
const BINARY = Buffer.from([0x41, 0xff, 0xfe, 0x00, 0xc3]);

export interface LineContract {
  /** What the tests are called; by default the collector's name. */
  readonly name?: string;
  readonly collector: LineCollector;
  /** The collector's folder: `README.md`, and in `fixtures/` logs, each with the rows of it as `NAME.golden.json`. */
  readonly folder: URL;
  /** Names of logs; the golden rows are written anew when UPDATE_GOLDEN is set. */
  readonly fixtures: readonly [string, ...string[]];
}

/** What every line collector promises. */
export function testLineContract({ collector, folder, fixtures, name = collector.name }: LineContract): void {
  const logs = fixtures.map((file) => readFileSync(new URL(`fixtures/${file}`, folder)));
  const lines = logs.flatMap((log) => linesOf(log));
  const create = (isSource = true): LineParser => collector.createParser(TARGET, () => isSource);
  const parse = (log: Uint8Array): ParsedLines => parseLines(create(), log);

  for (const [index, file] of fixtures.entries()) {
    test(`${name}: the rows of ${file} are the golden ones`, () => {
      const golden = new URL(`fixtures/${file.replace(/\.\w+$/, '')}.golden.json`, folder);
      const result = parse(logs[index]!);
      if (process.env['UPDATE_GOLDEN'] !== undefined)
        writeFileSync(golden, `${JSON.stringify(result, undefined, 2)}\n`);
      assert.deepEqual(result, JSON.parse(readFileSync(golden, 'utf8')));
    });
  }

  test(`${name}: rows are of its datasets, of the configured tenant, within the label budget`, () => {
    for (const log of logs) assertDeclared(collector, create(), log, TARGET.tenant);
  });

  test(`${name}: whatever the bytes are, each line is counted once`, () => {
    fc.assert(fc.property(anyLog(lines), (log) => assert.equal(sum(parse(joined(log)).counts), log.length)));
  });

  test(`${name}: the rows are the same wherever the chunks end`, () => {
    fc.assert(
      fc.property(anyLog(lines), fc.array(fc.nat(30), { maxLength: 5 }), (log, cuts) =>
        assert.deepEqual(parseInChunks(create(), log, cuts), parse(joined(log))),
      ),
    );
  });

  test(`${name}: a line of other bytes is refused, and all others stay what they are`, () => {
    for (const log of logs) {
      const whole = linesOf(log);
      const { rows, counts } = parse(log);
      for (let at = 0; at <= whole.length; at++) {
        const found = parse(joined(whole.toSpliced(at, 0, BINARY)));
        assert.deepEqual(withoutOffsets(found.rows), withoutOffsets(rows));
        assert.deepEqual(found.counts, { ...counts, refused: counts.refused + 1 });
      }
    }
  });

  test(`${name}: a line with one byte in it that is not UTF-8 is refused, wherever that is`, () => {
    for (const line of lines) {
      for (let at = 0; at <= line.length; at += 5) {
        const { rows, counts } = parse(
          joined([Buffer.concat([line.subarray(0, at), Buffer.of(0xff), line.subarray(at)])]),
        );
        assert.deepEqual([rows, counts.refused], [[], 1], `${line.toString()} at ${at}`);
      }
    }
  });

  test(`${name}: a line that yields a row is longer than a step of ids`, () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }),
      fc.constantFrom('a', '1', '=', '{', '}', '"', ':'),
    );
    const short = fc.string({ unit, maxLength: ID_STEP }).map((text) => Buffer.from(text));
    const ofLine = fc
      .constantFrom(...lines)
      .chain((line) => fc.nat(ID_STEP).map((end) => line.subarray(0, end)));
    fc.assert(
      fc.property(fc.oneof(short, ofLine), fc.constantFrom(...logs), fc.nat(), (line, log, place) => {
        const whole = linesOf(log);
        const before = whole.slice(0, place % (whole.length + 1));
        const { rows } = parse(joined([...before, line, ...whole.slice(before.length)]));
        const from = joined(before).length;
        const to = from + line.length;
        assert.ok(!rows.some(({ offset }) => Number(offset) >= from && Number(offset) <= to));
      }),
      { numRuns: 1000 },
    );
  });

  test(`${name}: CRLF is the same as LF`, () => {
    for (const log of logs) {
      const { rows, counts } = parse(joined(linesOf(log), '\r\n'));
      assert.deepEqual(withoutOffsets(rows), withoutOffsets(parse(log).rows));
      assert.deepEqual(counts, parse(log).counts);
    }
  });

  test(`${name}: files read at the same time know nothing of each other`, () => {
    const parsers = logs.map(() => create());
    const batches = logs.map(() => new ColumnBatch());
    const most = Math.max(...logs.map((log) => linesOf(log).length));
    const offsets = logs.map(() => 0);
    for (let line = 0; line < most; line++) {
      for (const [index, log] of logs.entries()) {
        const chunk = joined(linesOf(log).slice(line, line + 1));
        parsers[index]!.parse(chunk, offsets[index]!, batches[index]!);
        offsets[index]! += chunk.length;
      }
    }
    for (const [index, log] of logs.entries()) assert.deepEqual(rowsOf(batches[index]!), parse(log).rows);
  });

  test(`${name}: has no rows where another source is preferred`, () => {
    for (const log of logs) {
      const { rows, counts } = parseLines(create(false), log);
      assert.deepEqual(rows, []);
      assert.equal(counts.parsed, 0);
      assert.equal(sum(counts), linesOf(log).length);
    }
  });

  test(`${name}: README.md names its metrics and says what they cost`, () => {
    const readme = readFileSync(new URL('README.md', folder), 'utf8');
    const rows = logs.flatMap((log) => parse(log).rows);
    for (const metric of metricsIn(rows, collector.datasets))
      assert.ok(readme.includes(`\`${metric}\``), `README.md does not name ${metric}`);
    assert.match(readme, /^## What it costs$/m);
  });
}

/** Cuts the log before the lines of these numbers; each chunk is read into a batch that the one before left empty. */
function parseInChunks(
  parser: LineParser,
  lines: readonly Uint8Array[],
  cuts: readonly number[],
): ParsedLines {
  const counts: ParseCounts = { parsed: 0, folded: 0, skipped: 0, refused: 0 };
  const bounds = [0, ...cuts.map((at) => Math.min(at, lines.length)), lines.length].toSorted((a, b) => a - b);
  const batch = new ColumnBatch();
  const rows: BatchRow[] = [];
  let offset = 0;
  for (const [index, from] of bounds.slice(0, -1).entries()) {
    const chunk = joined(lines.slice(from, bounds[index + 1]));
    const found = parser.parse(chunk, offset, batch);
    for (const outcome of ['parsed', 'folded', 'skipped', 'refused'] as const)
      counts[outcome] += found[outcome];
    rows.push(...rowsOf(batch));
    batch.clear();
    offset += chunk.length;
  }
  return { counts, rows };
}

/** The metrics that the rows make the head keep. */
function metricsIn(rows: readonly BatchRow[], datasets: readonly Dataset[]): string[] {
  return datasets.flatMap((dataset) => {
    const own = rows.filter((row) => row['dataset'] === dataset.name);
    const derivations = Object.entries(dataset.kind === 'event' ? dataset.derives : {});
    return derivations
      .filter(([, { of }]) => own.some((row) => of === undefined || row[of] !== undefined))
      .map(([metric]) => metric);
  });
}

function sum({ parsed, folded, skipped, refused }: ParseCounts): number {
  return parsed + folded + skipped + refused;
}

function withoutOffsets(rows: readonly BatchRow[]): BatchRow[] {
  return rows.map((row) => ({ ...row, offset: 0 }));
}
