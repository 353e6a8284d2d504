import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runMonth, type MonthFigures } from './parts/backtest/run-month.ts';
import { writeMonth } from './parts/backtest/write-month.ts';

/**
 * What a backtest of the agent's own history costs, in CPU time of the whole process: a month, evaluated every minute, of
 * 100 tenants and of 1,000 by all rules that ship, and of 1,000 by one of them. Each in a process of its own.
 */
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    directory: { type: 'string' },
    rule: { type: 'string' },
  },
});
const START = Date.UTC(2026, 10, 1);
const RULE = 'OctopusDown';
const days = options.quick ? 2 : 30;

if (options.directory === undefined) console.log(JSON.stringify(await bench()));
else
  console.log(JSON.stringify(await runMonth(options.directory, START, Number(positionals[0]), options.rule)));

async function bench(): Promise<object> {
  const { signal } = new AbortController();
  const folder = mkdtempSync(join(tmpdir(), 'octowatch-backtest-'));
  const [small, large] = [join(folder, 'small'), join(folder, 'large')];
  try {
    await writeMonth(small, 100, START, days, signal);
    const all = measured(small);
    await writeMonth(large, 1000, START, days, signal);
    return {
      bench: 'backtest',
      ...all,
      cpu_s_1000_tenants: measured(large).cpu_s,
      cpu_s_one_rule: measured(large, RULE).cpu_s,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measured(directory: string, rule?: string): MonthFigures {
  const args = [
    import.meta.filename,
    String(days),
    '--directory',
    directory,
    ...(rule === undefined ? [] : ['--rule', rule]),
  ];
  const { stdout, status, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: 1_800_000,
  });
  if (status !== 0) throw new Error(`the backtest failed: ${stderr}`);
  return JSON.parse(stdout);
}
