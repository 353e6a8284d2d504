import { Option, type Command } from 'commander';
import { config, output, url } from './common-options.ts';
import type { CliHost, ExitCode } from './host.ts';
import { repeated } from './repeated.ts';

/** Adds the verbs about what fires, and silences. */
export function describeOnCall(program: Command, host: CliHost, ended: (code: ExitCode) => void): void {
  const author = (): Option => new Option('--author <name>', 'who you are (default: your user name)');
  const filter = (): Option =>
    new Option('--filter <matcher>', 'only those that match: tenant=acme; may be repeated').argParser(
      repeated,
    );
  const alerts = program
    .command('alerts')
    .description('what fires: who is told of it, or why nobody is and until when')
    .addOption(filter())
    .option('--all', 'also what is silenced, inhibited or muted')
    .option('--silenced', 'what is silenced')
    .option('--inhibited', 'what is inhibited')
    .option('--unprocessed', 'what waits for the others of its group')
    .addOption(url())
    .addOption(config())
    .addOption(output())
    .action(async (options) => ended(await (await import('./alerts.ts')).alerts(host, options)));
  alerts
    .command('ack')
    .description('take an incident: nobody else has to')
    .argument('<incident>', 'its key, or the beginning that octowatch alerts shows')
    .addOption(author())
    .addOption(url())
    .addOption(config())
    .action(async (key, _, command: Command) =>
      ended(await (await import('./alerts.ts')).acknowledge(host, key, command.optsWithGlobals())),
    );
  const silence = program
    .command('silence')
    .description('about silences: what is not to be told for a while');
  silence
    .command('add')
    .description('add a silence, after showing what it hides')
    .argument('<matchers...>', 'what it is for, all of them: tenant=acme alertname=~"Octopus.*"')
    .option('--for <duration>', 'how long: 2h')
    .option('--until <time>', 'until when, RFC 3339')
    .requiredOption('--comment <text>', 'why')
    .option('--until-resolved', 'it also ends as soon as all that it hides is over')
    .addOption(author())
    .option('--yes', 'do not ask')
    .addOption(url())
    .addOption(config())
    .addOption(output())
    .action(async (matchers, options) =>
      ended(await (await import('./silence-add.ts')).silenceAdd(host, matchers, options)),
    );
  silence
    .command('list')
    .description('the silences that are there')
    .argument('[matchers...]', 'only those that have these matchers')
    .option('--expired', 'those that ended instead, of the last five days')
    .option('--within <duration>', 'only those that end, or ended, within so long: 8h')
    .addOption(url())
    .addOption(config())
    .addOption(output())
    .action(async (matchers, options) =>
      ended(await (await import('./silence.ts')).silenceList(host, matchers, options)),
    );
  silence
    .command('expire')
    .description('end silences now')
    .argument('[ids...]', 'their ids, or the beginnings of them')
    .addOption(filter())
    .addOption(author())
    .option('--yes', 'do not ask; it is asked with --filter')
    .addOption(url())
    .addOption(config())
    .action(async (ids, options) =>
      ended(await (await import('./silence.ts')).silenceExpire(host, ids, options)),
    );
}
