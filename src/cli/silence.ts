import { parseDuration } from '../model/duration.ts';
import { Failure } from '../model/failure.ts';
import { authorOf, failureOf, readSilences, type ShownSilence } from './alertmanager-client.ts';
import { callAgent, type AgentOptions } from './call-agent.ts';
import { counted } from './counted.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { isSure } from './silence-add.ts';
import { silenceLines } from './silence-lines.ts';

export interface SilenceListOptions extends AgentOptions {
  readonly output?: string;
  readonly expired?: boolean;
  /** Those that end, or ended, within so long: `8h`. */
  readonly within?: string;
}

/** `octowatch silence list [MATCHER…]`: silences that are there, or with `--expired` those that ended. @throws Failure */
export async function silenceList(
  host: CliHost,
  matchers: readonly string[],
  options: SilenceListOptions,
): Promise<ExitCode> {
  const now = Date.now();
  const within = options.within === undefined ? undefined : parseDuration(options.within);
  const all = await readSilences(host, matchers, options);
  const shown = all.filter(
    ({ item: { status, endsAt } }) =>
      (status.state === 'expired') === (options.expired === true) &&
      (within === undefined || Math.abs(endsAt - now) <= within),
  );
  if (options.output === 'json')
    host.print(
      JSON.stringify(
        shown.map(({ json }) => json),
        null,
        2,
      ),
    );
  else
    for (const line of silenceLines(
      shown.map(({ item }) => item),
      now,
    ))
      host.print(line);
  return EXIT.ok;
}

export interface SilenceExpireOptions extends AgentOptions {
  readonly filter?: readonly string[];
  readonly author?: string;
  readonly yes?: boolean;
}

/** `octowatch silence expire ID…|--filter MATCHER`: ends silences now. @throws Failure */
export async function silenceExpire(
  host: CliHost,
  ids: readonly string[],
  options: SilenceExpireOptions,
): Promise<ExitCode> {
  const filters = options.filter ?? [];
  if ((ids.length === 0) === (filters.length === 0))
    throw new Failure(
      'invalid',
      'say which: ids as octowatch silence list shows them, or --filter, not both',
    );
  const by = authorOf(host, options.author);
  const listed = (await readSilences(host, filters, options)).map(({ item }) => item);
  const chosen = ids.length === 0 ? openOf(listed) : ids.map((id) => chosenBy(id, listed));
  if (ids.length === 0) {
    for (const line of silenceLines(chosen, Date.now())) host.printError(line);
    if (!(await isSure(host, `end ${counted(chosen.length, 'silence')}?`, options.yes))) return EXIT.failure;
  }
  for (const { id } of chosen) {
    const path = `/api/v2/silence/${encodeURIComponent(id)}?${new URLSearchParams({ by }).toString()}`;
    const answer = await callAgent(host, path, options, undefined, 'DELETE');
    if (answer.status !== 200) throw failureOf(answer);
    host.print(`silence ${id} has ended`);
  }
  return EXIT.ok;
}

function openOf(listed: readonly ShownSilence[]): readonly ShownSilence[] {
  const open = listed.filter(({ status }) => status.state !== 'expired');
  if (open.length > 0) return open;
  throw new Failure('not_found', 'no silence has these matchers: octowatch silence list shows them all');
}

/** The silence with this id, or the only one that begins so. @throws Failure `not_found`, `invalid` */
function chosenBy(id: string, listed: readonly ShownSilence[]): ShownSilence {
  const [found, ...others] = listed.filter((silence) => id !== '' && silence.id.startsWith(id));
  if (found === undefined) throw new Failure('not_found', `there is no silence ${id}`);
  if (others.length > 0)
    throw new Failure('invalid', `${others.length + 1} silences begin with ${id}: give more of the id`);
  return found;
}
