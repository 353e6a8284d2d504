import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { whatIsMissing } from '../test/elasticsearch/distribution.ts';
import { startElasticsearch } from '../test/elasticsearch/server.ts';
import { allRows } from '../test/faults/all-rows.ts';
import { faultPage } from '../test/faults/fault-page.ts';
import type { FaultRow } from '../test/faults/fault-row.ts';
import type { StoreKind } from '../test/faults/fault-store.ts';
import { faultTable, progressLine } from '../test/faults/fault-table.ts';
import { FULL, QUICK } from '../test/faults/profile.ts';
import {
  hasPassed,
  playsOf,
  runRows,
  type RowOnStore,
  type RowResult,
  type RunOptions,
} from '../test/faults/run-rows.ts';

const SIMULATION = fileURLToPath(new URL('../test/faults/simulation/main.ts', import.meta.url));
const USAGE = `npm run faults [-- ROW…] [--quick] [--store fake|real|both|embedded|all] [--jobs N] [--seed SEED]
               [--page FILE] [--seeds N]
  ROW      names of rows, or how they begin; without any, all
  --page   also writes the table as a page (docs/reference/fault-table.md)
  --seeds  plays N seeds of the simulation in place of the rows; \`--seeds 1 --seed S --trace\` plays one again and tells all`;

interface Tally {
  readonly passed: number;
  readonly failed: number;
}

async function main(): Promise<Tally> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      store: { type: 'string', default: 'all' },
      jobs: { type: 'string', default: '2' },
      seed: { type: 'string', default: Date.now().toString(36) },
      seeds: { type: 'string' },
      trace: { type: 'boolean', default: false },
      page: { type: 'string' },
    },
  });
  if (values.seeds !== undefined) return simulate(process.argv.slice(2));
  const profile = values.quick ? QUICK : FULL;
  const rows = rowsNamed(allRows(profile, values.seed), positionals);
  const plays = playsOf(rows, usableStores(values.store), values.quick && positionals.length === 0);
  console.log(
    `seed ${values.seed}, ${profile.name} profile, ${profile.linesPerSecond} lines/s, ${plays.length} rows`,
  );
  return playAll(plays, { profile, seed: values.seed, jobs: Number(values.jobs) }, values.page);
}

function rowsNamed(rows: readonly FaultRow[], names: readonly string[]): FaultRow[] {
  const named = rows.filter(
    ({ name }) => names.length === 0 || names.some((wanted) => name.startsWith(wanted)),
  );
  if (named.length === 0) throw new Error(`no row is called ${names.join(', ')}`);
  return named;
}

const STORES: Readonly<Record<string, readonly StoreKind[]>> = {
  fake: ['fake'],
  real: ['real'],
  both: ['fake', 'real'],
  embedded: ['embedded'],
  all: ['fake', 'embedded', 'real'],
};

/** What was asked for, without the real store where this machine cannot have one. */
function usableStores(option: string): StoreKind[] {
  const wanted = STORES[option];
  if (wanted === undefined) throw new Error(`--store is ${Object.keys(STORES).join(', ')}, not ${option}`);
  const missing = wanted.includes('real') && !process.env.ES_URL ? whatIsMissing() : undefined;
  if (missing !== undefined) console.log(`- no rows against a real Elasticsearch: ${missing}`);
  return wanted.filter((store) => store !== 'real' || missing === undefined);
}

async function playAll(
  plays: readonly RowOnStore[],
  options: Pick<RunOptions, 'profile' | 'seed' | 'jobs'>,
  page: string | undefined,
): Promise<Tally> {
  const server = plays.some(({ store }) => store === 'real') ? await startElasticsearch() : undefined;
  try {
    const results = await runRows(plays, {
      ...options,
      ...(server === undefined ? {} : { elasticsearch: server.url }),
      onResult: (result) => console.log(progressLine(result)),
    });
    const table = faultTable(results, options.profile);
    console.log(`\n${table}\n`);
    const tally = tallyOf(results);
    if (page !== undefined) writePage(page, table, tally, options);
    return tally;
  } finally {
    await server?.stop();
  }
}

function writePage(
  file: string,
  table: string,
  { passed, failed }: Tally,
  { profile, seed }: Pick<RunOptions, 'profile' | 'seed'>,
): void {
  const command = [
    'npm run faults',
    ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : []),
  ].join(' ');
  const date = new Date().toISOString().slice(0, 10);
  const closing = `${passed} passed, ${failed} failed`;
  writeFileSync(file, faultPage({ command, date, seed, profile, table, closing }));
}

function tallyOf(results: readonly RowResult[]): Tally {
  const failed = results.filter((result) => !hasPassed(result)).length;
  const skipped = results.filter(({ played }) => played.kind === 'skipped').length;
  if (skipped > 0) console.log(`${skipped} skipped`);
  return { passed: results.length - failed - skipped, failed };
}

/** The simulation has a command line of its own and closes as this one does; its closing line is left to this one. */
async function simulate(args: readonly string[]): Promise<Tally> {
  const child = spawn(process.execPath, [SIMULATION, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill());
  const ended = once(child, 'close');
  let tally: Tally | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(line) ?? [];
    if (passed === undefined) console.log(line);
    else tally = { passed: Number(passed), failed: Number(failed) };
  }
  const [code] = await ended;
  return tally !== undefined && (code === 0 || tally.failed > 0) ? tally : { passed: 0, failed: 1 };
}

// Servers and agents are ended as this process exits.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
try {
  const { passed, failed } = await main();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
  // A row that broke may have left something open.
  setTimeout(() => process.exit(), 2000).unref();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 2;
}
