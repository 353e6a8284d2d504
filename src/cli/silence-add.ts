import { z } from 'zod';
import { sayTime } from '../alerts/mute/say-time.ts';
import { toSilenceMatcher } from '../alerts/mute/silence-matchers.ts';
import { ENDS_WITH_ALERT } from '../alerts/mute/silences.ts';
import { pageLine } from '../alerts/page-line.ts';
import { parseMatcher } from '../alerts/parse-matchers.ts';
import { parseDuration } from '../model/duration.ts';
import { Failure } from '../model/failure.ts';
import { byUrgency } from './alert-lines.ts';
import { authorOf, failureOf, matcherTexts, readAlerts, type ShownAlert } from './alertmanager-client.ts';
import { callAgent, jsonOf, type AgentOptions } from './call-agent.ts';
import { counted } from './counted.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';

const MOST_SHOWN = 10;

export interface SilenceAddOptions extends AgentOptions {
  readonly output?: string;
  /** How long: `2h`. */
  readonly for?: string;
  /** RFC 3339. */
  readonly until?: string;
  readonly comment: string;
  readonly author?: string;
  readonly untilResolved?: boolean;
  /** Asks nothing. */
  readonly yes?: boolean;
}

/** `octowatch silence add MATCHER…`: shows what it would hide, asks, and adds it. @throws Failure */
export async function silenceAdd(
  host: CliHost,
  typed: readonly string[],
  options: SilenceAddOptions,
): Promise<ExitCode> {
  const now = Date.now();
  const texts = matcherTexts(typed);
  if (texts.length === 0)
    throw new Failure('invalid', 'name the alerts it is for, such as alertname=Down tenant=acme');
  const endsAt = endOf(options, now);
  const silence = {
    matchers: texts.map((text) => toSilenceMatcher(parseMatcher(text))),
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    createdBy: authorOf(host, options.author),
    comment: options.comment,
    annotations: options.untilResolved === true ? { [ENDS_WITH_ALERT]: 'true' } : {},
  };
  const hidden = (await readAlerts(host, texts, options)).map(({ item }) => item);
  for (const line of hiddenLines(hidden)) host.printError(line);
  if (!(await isSure(host, 'add this silence?', options.yes))) return EXIT.failure;
  const answer = await callAgent(host, '/api/v2/silences', options, silence);
  if (answer.status !== 200) throw failureOf(answer);
  const { silenceID } = z.object({ silenceID: z.string() }).parse(jsonOf(answer));
  if (options.output === 'json') host.print(JSON.stringify({ silenceID, hides: hidden.length }, null, 2));
  else host.print(`silence ${silenceID} until ${sayTime(endsAt, now)}`);
  return EXIT.ok;
}

/** What fires and will not be told; what wakes first. */
export function hiddenLines(hidden: readonly ShownAlert[]): string[] {
  if (hidden.length === 0) return ['it hides no alert that fires now'];
  const shown = hidden.toSorted(byUrgency).slice(0, MOST_SHOWN);
  const more = hidden.length - shown.length;
  return [
    `it hides ${counted(hidden.length, 'alert')} that ${hidden.length === 1 ? 'fires' : 'fire'} now:`,
    ...shown.map((alert) => `  ${pageLine([alert])}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

/** When it ends, ms. @throws Failure `invalid` */
export function endOf({ for: span, until }: Pick<SilenceAddOptions, 'for' | 'until'>, now: number): number {
  if (span !== undefined && until !== undefined) throw new Failure('invalid', '--for or --until, not both');
  if (span !== undefined) return now + parseDuration(span);
  if (until === undefined) throw new Failure('invalid', 'say how long at most: --for 2h, or --until TIME');
  const end = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(?:Z|[+-]\d{2}:\d{2})$/i.test(until)
    ? Date.parse(until)
    : Number.NaN;
  if (Number.isNaN(end))
    throw new Failure(
      'invalid',
      `--until ${until}: write a time such as 2026-11-21T08:00:00Z or with +01:00`,
    );
  return end;
}

/** Whether the person means it. @throws Failure `invalid` where nobody can be asked */
export async function isSure(host: CliHost, question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes === true) return true;
  if (host.confirm === undefined)
    throw new Failure('invalid', 'nobody is at the terminal to ask: nothing was changed (add --yes)');
  return host.confirm(question);
}
