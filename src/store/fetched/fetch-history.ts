import { join } from 'node:path';
import { Failure } from '../../model/failure.ts';
import type { HistoryReader, PastReader } from '../../model/history.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { Disk } from '../../model/ports.ts';
import type { TimeRange } from '../../model/series.ts';
import { writeChunk } from '../chunks/chunk-writer.ts';
import { cutChunk, type CutSource } from '../chunks/cut-chunk.ts';
import { CoveredSpans } from './covered-spans.ts';

/** What a file spans at most; less where that is too much at a time. In ms. */
const LONGEST_MS = 86_400_000;
const SHORTEST_MS = 600_000;

export interface FetchHistoryOptions {
  readonly source: HistoryReader;
  /** What is wanted, a selector each; no two may select the same series. */
  readonly selectors: readonly (readonly Matcher[])[];
  readonly range: TimeRange;
  readonly disk: Disk;
  /** Of these selectors of this source alone. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** Hears how far it is, from 0 to 1, and how many samples were read. */
  readonly onProgress?: (share: number, samples: number) => void;
}

/**
 * Fetches what a directory does not have yet into chunk files there, span by span: what was interrupted goes on where it
 * stopped. Returns how many samples were fetched, and what the source could not give.
 * @throws Failure of the source or the disk; what was fetched until then stays
 */
export async function fetchHistory(
  options: FetchHistoryOptions,
): Promise<{ samples: number; warnings: readonly string[] }> {
  const { disk, directory, range, onProgress } = options;
  await disk.mkdir(directory);
  const covered = new CoveredSpans(disk, directory);
  await covered.open();
  const gaps = covered.missing(range);
  const total = gaps.reduce((sum, { start, end }) => sum + end - start + 1, 0);
  const warnings = new Set<string>();
  let [samples, done] = [0, 0];
  for (const gap of gaps) {
    for await (const part of fetchSpans(gap, options)) {
      for (const warning of part.past.warnings ?? []) warnings.add(warning);
      samples += await writeSpan(part, options);
      await covered.add(part.span);
      done += part.span.end - part.span.start + 1;
      onProgress?.(done / total, samples);
    }
  }
  return { samples, warnings: [...warnings] };
}

interface FetchedSpan {
  readonly span: TimeRange;
  readonly past: PastReader;
}

/** Spans as long as fit into memory. */
async function* fetchSpans(
  gap: TimeRange,
  { source, selectors, signal }: FetchHistoryOptions,
): AsyncGenerator<FetchedSpan> {
  let longest = LONGEST_MS;
  for (let { start } = gap; start <= gap.end;) {
    const span = { start, end: Math.min(gap.end, start + longest - 1) };
    const requests = selectors.map((matchers) => ({ matchers, range: span }));
    const past = await source.fetch(requests, signal).catch((error: unknown) => {
      if (!(error instanceof Failure) || error.reason !== 'budget' || longest <= SHORTEST_MS) throw error;
    });
    if (past === undefined) {
      longest = Math.max(SHORTEST_MS, Math.floor(longest / 2));
      continue;
    }
    yield { span, past };
    start = span.end + 1;
  }
}

/** A span is written anew where it was written and not noted. */
async function writeSpan(
  { span, past }: FetchedSpan,
  { disk, directory, selectors, signal }: FetchHistoryOptions,
): Promise<number> {
  const name = `chunk-${String(Math.floor(span.start / 1000)).padStart(8, '0')}.octo`;
  const source: CutSource = {
    metricNames: () => namesIn(past, selectors, span),
    select: (matchers, range) => past.select(matchers, range),
  };
  return writeChunk(disk, join(directory, name), (writer) => cutChunk(source, span, writer, signal));
}

function namesIn(past: PastReader, selectors: readonly (readonly Matcher[])[], span: TimeRange): Set<string> {
  const names = new Set<string>();
  for (const matchers of selectors)
    for (const { labels } of past.select(matchers, span)) names.add(labels[METRIC_NAME] ?? '');
  return names;
}
