import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { whatIsMissing } from '../test/elasticsearch/distribution.ts';
import { startElasticsearch, type ElasticsearchServer } from '../test/elasticsearch/server.ts';
import { runTestFile, type FileResult } from './test-file.ts';

const root = join(import.meta.dirname, '..');
const inCI = process.env.CI === 'true';

/** The lanes: which tests they take, and how long one file may run. */
const lanes = {
  all: { takes: (path: string) => !path.startsWith('test/real/'), fileDeadlineMs: 5 * 60_000 },
  drills: { takes: (path: string) => path.startsWith('test/drills/'), fileDeadlineMs: 5 * 60_000 },
  unit: { takes: (path: string) => !path.startsWith('test/'), fileDeadlineMs: 60_000 },
  real: { takes: (path: string) => path.startsWith('test/real/'), fileDeadlineMs: 20 * 60_000 },
};
type Lane = keyof typeof lanes;
type Tally = Pick<FileResult, 'passed' | 'failed' | 'skipped'>;

const usage =
  'npm test | npm run test:unit | npm run drills | npm run test:real, each with `-- path…` to run some files only';

async function main(args: readonly string[]): Promise<number> {
  const [first = 'all', ...rest] = args;
  const lane: Lane = isLane(first) ? first : 'all';
  const files = testFiles(lane, isLane(first) ? rest : args);
  if (files.length === 0) {
    console.error(`no test file matches (${usage})`);
    return finish({ passed: 0, failed: 0, skipped: 0 });
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());

  const wanted = lane !== 'unit' && files.some(mayUseElasticsearch);
  const server = wanted ? await elasticsearch() : undefined;
  if (server !== undefined) process.env.ES_URL = server.url;
  try {
    const tally = await runFiles(files, lanes[lane].fileDeadlineMs, interrupted.signal);
    const withoutServer = wanted && server === undefined;
    return finish(withoutServer && inCI ? { ...tally, failed: tally.failed + 1 } : tally);
  } finally {
    await server?.stop();
  }
}

function isLane(word: string): word is Lane {
  return Object.hasOwn(lanes, word);
}

function testFiles(lane: Lane, filters: readonly string[]): string[] {
  return globSync('{src,collectors,dashboards,rules,scripts,test}/**/*.test.ts', { cwd: root })
    .filter((path) => lanes[lane].takes(path))
    .filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)))
    .toSorted();
}

function mayUseElasticsearch(path: string): boolean {
  return path.startsWith('test/') || path.startsWith('src/store/elasticsearch/');
}

/** One server for the whole run; undefined, and said plainly, when this machine cannot have one. */
async function elasticsearch(): Promise<ElasticsearchServer | undefined> {
  const missing = process.env.ES_URL ? undefined : whatIsMissing();
  if (missing === undefined) return startElasticsearch();
  console.error(`Elasticsearch is not available: ${missing}.`);
  console.error('The tests that need it skip themselves; set ES_URL to a server to run them.');
  return undefined;
}

async function runFiles(files: readonly string[], deadlineMs: number, stop: AbortSignal): Promise<Tally> {
  const queue = files.values();
  const total = { passed: 0, failed: 0, skipped: 0 };
  async function work(): Promise<void> {
    for (const path of queue) {
      if (stop.aborted) return;
      const result = await runTestFile(join(root, path), deadlineMs, stop);
      total.passed += result.passed;
      total.failed += result.failed;
      total.skipped += result.skipped;
      print(path, result);
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return stop.aborted ? { ...total, failed: total.failed + 1 } : total;
}

function print(path: string, { passed, failed, skipped, durationMs, failures, output }: FileResult): void {
  const counts = [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`];
  const seconds = (durationMs / 1000).toFixed(1);
  console.log(`${failed > 0 ? '✖' : '✔'} ${path}: ${counts.filter(Boolean).join(', ')} (${seconds} s)`);
  if (failed === 0) return;
  if (output !== '') console.log(output.trimEnd());
  for (const failure of failures) console.log(failure);
}

function finish({ passed, failed, skipped }: Tally): number {
  if (skipped > 0) console.log(`${skipped} skipped`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
