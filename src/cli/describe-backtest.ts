import type { Command } from 'commander';
import { config, output } from './common-options.ts';
import type { CliHost, ExitCode } from './host.ts';
import { repeated } from './repeated.ts';

/** `octowatch backtest`. */
export function describeBacktest(program: Command, host: CliHost, ended: (code: ExitCode) => void): void {
  program
    .command('backtest')
    .description(
      'what rules would have paged for over past weeks: pages, nights, budget, incidents caught and missed',
    )
    .argument('[rules...]', 'rule files, globs, folders, pack:NAME (default: those of the configuration)')
    .option('--since <duration>', 'how much of the past', '30d')
    .option('--until <time>', 'where it ends, RFC 3339 or seconds (default: now)')
    .option('--step <duration>', 'between evaluations', '1m')
    .option('--rule <name>', 'only the rules of this name, and what they read')
    .option('--diff <old rules>', 'compare with these rules; may be repeated', repeated)
    .option(
      '--incidents <file>',
      'records of incidents, a JSON object a line: which are caught, which missed',
    )
    .option(
      '--source <dir or url>',
      'a folder of history files, or a Prometheus (or agent) to fetch from (default: data_dir)',
    )
    .option('--fetch', 'fetch history from store.elasticsearch, once: it is kept in data_dir')
    .addOption(config())
    .addOption(output())
    .action(async (rules, options) =>
      ended(await (await import('./backtest.ts')).backtest(host, rules, options)),
    );
}
