import { Failure } from '../model/failure.ts';
import { alertLines, byUrgency, withoutDashes } from './alert-lines.ts';
import { authorOf, readAlerts, type ShownAlert } from './alertmanager-client.ts';
import { callAgent, refusal, type AgentOptions } from './call-agent.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';

export interface AlertsOptions extends AgentOptions {
  readonly output?: string;
  readonly filter?: readonly string[];
  readonly all?: boolean;
  readonly silenced?: boolean;
  readonly inhibited?: boolean;
  readonly unprocessed?: boolean;
}

/** `octowatch alerts`: what fires and is told; with the options what is not told, or all. @throws Failure */
export async function alerts(host: CliHost, options: AlertsOptions): Promise<ExitCode> {
  const all = await readAlerts(host, options.filter ?? [], options);
  const shown = all
    .filter(({ item }) => isWanted(item, options))
    .toSorted((a, b) => byUrgency(a.item, b.item));
  const hidden = all.length - shown.length;
  if (options.output === 'json') {
    host.print(
      JSON.stringify(
        shown.map(({ json }) => json),
        null,
        2,
      ),
    );
    return EXIT.ok;
  }
  const items = shown.map(({ item }) => item);
  const lines = items.length === 0 ? ['no alerts'] : alertLines(items, Date.now());
  for (const line of lines) host.print(line);
  if (hidden > 0) host.printError(`${hidden} more ${hidden === 1 ? 'fires' : 'fire'}: --all shows all`);
  return EXIT.ok;
}

function isWanted({ status }: ShownAlert, { all, silenced, inhibited, unprocessed }: AlertsOptions): boolean {
  if (all === true) return true;
  if (silenced !== true && inhibited !== true && unprocessed !== true) return status.state !== 'suppressed';
  return (
    (silenced === true && status.silencedBy.length > 0) ||
    (inhibited === true && status.inhibitedBy.length > 0) ||
    (unprocessed === true && status.state === 'unprocessed')
  );
}

/** `octowatch alerts ack INCIDENT`: takes an incident, by its key or the beginning of it. @throws Failure */
export async function acknowledge(
  host: CliHost,
  key: string,
  options: AgentOptions & { readonly author?: string },
): Promise<ExitCode> {
  const by = authorOf(host, options.author);
  const path = `/api/octowatch/incidents/${encodeURIComponent(await wholeKey(host, key, options))}/acknowledge`;
  const answer = await callAgent(host, path, options, { by });
  if (answer.status === 404) throw new Failure('not_found', answer.text.trim());
  if (answer.status !== 200) throw refusal(answer);
  host.print(answer.text.trim());
  return EXIT.ok;
}

/** The one key that begins so; what is no beginning of any is taken as it is, as not all incidents have alerts now. */
async function wholeKey(host: CliHost, start: string, options: AgentOptions): Promise<string> {
  const shown = await readAlerts(host, [], options);
  const keys = shown.flatMap(({ item: { octowatch } }) => [
    ...octowatch.incidents,
    octowatch.foldedInto ?? '',
  ]);
  const wanted = withoutDashes(start);
  if (wanted === '') throw new Failure('invalid', 'name the incident by its key: octowatch alerts shows it');
  const found = [...new Set(keys)].filter((key) => withoutDashes(key).startsWith(wanted));
  if (found.length > 1)
    throw new Failure('invalid', `${found.length} incidents begin with ${start}: give more of the key`);
  return found[0] ?? start;
}
