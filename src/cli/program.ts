import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { Failure, messageOf } from '../model/failure.ts';
import { config, output, url } from './common-options.ts';
import { describeBacktest } from './describe-backtest.ts';
import { describeOnCall } from './describe-on-call.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { repeated } from './repeated.ts';

/** Runs the command line, loading the verb that is asked for and no other; resolves with the exit code. Results go to stdout, everything else to stderr. */
export async function runCommandLine(host: CliHost, args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = describe(host, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    host.printError(messageOf(error));
    if (!(error instanceof Failure) && error instanceof Error && error.stack !== undefined)
      host.printError(error.stack);
    return EXIT.failure;
  }
}

function describe(host: CliHost, ended: (code: ExitCode) => void): Command {
  const program = new Command('octowatch')
    .description('Monitoring and alerting agent for fleets of Octopus Deploy servers.')
    .version(host.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.print(text.trimEnd()),
      writeErr: (text) => host.printError(text.trimEnd()),
    });

  program
    .command('run')
    .description('run the agent')
    .addOption(config())
    .action(async (options) => ended(await (await import('./run.ts')).run(host, options)));
  program
    .command('demo')
    .description('run the agent against a simulated fleet')
    .option('--tenants <n>', 'how many instances', toCount, 25)
    .option('--listen <address>', 'host:port of the web page', '127.0.0.1:9464')
    .action(async (options) => ended(await (await import('./demo.ts')).demo(host, options)));
  program
    .command('simulate')
    .description('run a simulated fleet and print a configuration for it')
    .option('--tenants <n>', 'how many instances', toCount, 25)
    .option('--seed <n>', 'seed of the fleet and of its incidents', toCount, 1)
    .option('--directory <path>', 'where the servers write their logs', 'data/simulated')
    .action(async (options) => ended(await (await import('./simulate.ts')).simulate(host, options)));
  program
    .command('check')
    .description('check configuration and rules without running, or draw the routing tree')
    .addArgument(
      new Argument('[what]', 'config and rules when left out').choices(['config', 'rules', 'routes']),
    )
    .argument('[files...]', 'rule files, or an Alertmanager configuration, instead of what is configured')
    .option('--labels <labels>', 'of routes: who is told of an alert with these: tenant=acme,severity=page')
    .addOption(config())
    .action(async (what, files, options, command: Command) => {
      if (what === 'routes') {
        const { checkRoutes } = await import('./check-routes.ts');
        ended(checkRoutes(host, files, { ...options, now: Date.now() }));
        return;
      }
      if (options.labels !== undefined) command.error('error: --labels is for check routes');
      ended(await (await import('./check.ts')).check(host, what, files, options));
    });
  program
    .command('collect')
    .description(
      'poll once and print what was read, or read a file once; without a name: every collector, and what it needs',
    )
    .argument(
      '[collector]',
      'octopus-api, or one poll of it such as octopus-api/ping; a reader of files with --file',
    )
    .option('--once', 'poll or read once, write nothing; there is no other way')
    .option('--file <path>', 'a file to read from its beginning; needs no configuration')
    .option('--tenant <id>', 'only this tenant or place; of a file: whose it is, and in which time zone')
    .option(
      '--url <url>',
      'the agent whose samples are read by what is derived from them (default: from the configuration)',
    )
    .addOption(config())
    .addOption(
      new Option(
        '-o, --output <format>',
        'output format (default: exposition; of files and of the list: table)',
      ).choices(['exposition', 'table', 'json']),
    )
    .action(async (name, { file, once, ...options }, command: Command) => {
      if (name === undefined) {
        ended(await (await import('./list-collectors.ts')).listCollectors(host, options));
        return;
      }
      if (once !== true) command.error("error: required option '--once' not specified");
      ended(
        file === undefined
          ? await (await import('./collect.ts')).collect(host, name, options)
          : await (await import('./collect-file.ts')).collectFile(host, name, { ...options, file }),
      );
    });
  program
    .command('query')
    .description("evaluate PromQL over the running agent's samples")
    .argument('<expression>')
    .option('--since <duration>', 'show the values from so long ago until now: 6h')
    .option('--step <duration>', 'with --since: how far apart the values are (default: 60 of them)')
    .option('--time <time>', 'evaluate at this time, RFC 3339 or seconds (default: now)')
    .addOption(url())
    .addOption(config())
    .addOption(output())
    .action(async (expression, options) =>
      ended(await (await import('./query.ts')).query(host, expression, options)),
    );
  for (const verb of ['healthy', 'ready'] as const) {
    program
      .command(verb)
      .description(`whether the running agent is ${verb}`)
      .addOption(url())
      .addOption(config())
      .action(async (options) =>
        ended(await (await import('./probe.ts')).probe(host, `/-/${verb}`, options)),
      );
  }
  program
    .command('ledger')
    .description('what became of every document that was read, by source; fails when it does not add up')
    .addOption(url())
    .addOption(config())
    .addOption(output())
    .action(async (options) => ended(await (await import('./ledger.ts')).ledger(host, options)));
  describeSpool(program, host, ended);
  describeOnCall(program, host, ended);
  describeBacktest(program, host, ended);
  program
    .command('report')
    .description('what a week was like for those on call: pages, heals, the budget, what to change')
    .option('--week [week]', 'an ISO 8601 week such as 2026-W46 (default: the last that is over)')
    .option('--send', 'send it to report.receivers, whoever has not got it')
    .addOption(url())
    .addOption(config())
    .addOption(
      new Option('-o, --output <format>', 'output format').choices(['text', 'html', 'json']).default('text'),
    )
    .action(async (options) => ended(await (await import('./report.ts')).report(host, options)));
  const test = program.command('test').description('run tests of rules, of pages, and of the query language');
  test
    .command('rules')
    .description("run rule tests in promtool's format")
    .argument('<files...>')
    .option(
      '--run <pattern>',
      'only tests whose name this regular expression finds; may be repeated',
      repeated,
    )
    .option('--ignore-unknown-fields', 'take rule files with fields that Prometheus does not know')
    .addOption(output())
    .action(async (files, options) =>
      ended((await import('./test-rules.ts')).testRules(host, files, options)),
    );
  test
    .command('pages')
    .description(
      'run tests from series to pages: rules, routes, inhibition, silences and time intervals against what receivers ' +
        'are told, and when',
    )
    .argument('<files...>')
    .option(
      '--run <pattern>',
      'only tests whose name this regular expression finds; may be repeated',
      repeated,
    )
    .addOption(output())
    .action(async (files, options) =>
      ended(await (await import('./test-pages.ts')).testPages(host, files, options)),
    );
  test
    .command('promql')
    .description(
      "run tests of the query language in the format of Prometheus's own .test files: each evaluation is asked again with " +
        'selectors fixed by @ at other times, and as a step of a range query; annotations are not compared ' +
        '(expect warn, info, no_warn, no_info)',
    )
    .argument('<paths...>', 'files, or folders of *.test files')
    .option('--no-rechecks', 'ask each evaluation once')
    .addOption(output())
    .action(async (paths, options) =>
      ended(await (await import('./test-promql.ts')).testPromql(host, paths, options)),
    );
  const configuration = program.command('config').description('about the configuration');
  configuration
    .command('schema')
    .description('its JSON schema')
    .action(async () => ended((await import('./config-verbs.ts')).configSchemaVerb(host)));
  configuration
    .command('show')
    .description('the file with its defaults, secrets masked')
    .addOption(config())
    .addOption(output())
    .action(async (options) => ended((await import('./config-verbs.ts')).configShowVerb(host, options)));
  configuration
    .command('example')
    .description('a commented file to begin with')
    .action(async () => ended((await import('./config-verbs.ts')).configExampleVerb(host)));
  program
    .command('version')
    .description('print the version')
    .action(() => {
      host.print(`octowatch ${host.version} (node ${host.nodeVersion})`);
      ended(EXIT.ok);
    });
  return program;
}

function describeSpool(program: Command, host: CliHost, ended: (code: ExitCode) => void): void {
  const spool = program.command('spool').description('about documents on their way to the store');
  spool
    .command('ls')
    .description('the files of the spool, and what waits in them')
    .addOption(url())
    .addOption(config())
    .addOption(output())
    .action(async (options) => ended(await (await import('./spool.ts')).spoolLs(host, options)));
  spool
    .command('dead')
    .description('documents that the store refused for good')
    .option('--limit <n>', 'only the newest', toCount, 50)
    .addOption(url())
    .addOption(config())
    .addOption(output())
    .action(async (options) => ended(await (await import('./spool.ts')).spoolDead(host, options)));
  spool
    .command('replay')
    .description('send dead letters again')
    .argument('[ids...]', 'letters by the id that octowatch spool dead shows')
    .option('--stream <name>', 'those for this stream')
    .option('--reason <text>', 'those whose reason has this text')
    .option('--all', 'all of them')
    .addOption(url())
    .addOption(config())
    .action(async (ids, options) =>
      ended(await (await import('./spool.ts')).spoolReplay(host, ids, options)),
    );
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('not a whole number above 0');
  return count;
}
