import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { toFailure, type Failure } from '../model/failure.ts';
import type { OnCallActions, Person } from '../model/on-call.ts';
import type { Clock, Http, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { withDeadline } from '../model/with-deadline.ts';
import { BUTTONS, SILENCE_MS } from './slack-buttons.ts';
import { channelId } from './slack-channel.ts';
import { openSlack, slackCall } from './slack-client.ts';
import { escapeMrkdwn } from './slack-mrkdwn.ts';
import type { SlackBot } from './slack-options.ts';
import { SlackPeople } from './slack-people.ts';

/** How long an action may take until the person is told to look for himself, ms. */
const ACTION_MS = 30_000;
const ANSWER_MS = 10_000;
const MOST_UNDER_WAY = 20;
const MAX_ANSWER = 2000;

/** What of a `block_actions` payload is read (docs.slack.dev, interaction payloads). */
const pressSchema = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string(), name: z.string().optional(), team_id: z.string().optional() }),
  channel: z.object({ id: z.string() }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })).min(1),
});

type Press = z.infer<typeof pressSchema>;

/** A bot and the channel that it posts to; presses elsewhere are not heard. */
export interface SlackEar {
  readonly bot: SlackBot;
  readonly http: Http;
}

/** Where something was pressed. */
interface Place {
  readonly api: WebClient;
  readonly people: SlackPeople;
}

export interface SlackPressOptions {
  /** Those of one app, as the configuration has them now. */
  readonly ears: () => readonly SlackEar[];
  readonly actions: OnCallActions;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  readonly signal: AbortSignal;
}

/** Does what people press, in their name, and answers to them alone. */
export class SlackPresses {
  readonly #options: SlackPressOptions;
  /** By bot: an app may be installed in several workspaces. */
  readonly #people = new Map<string, SlackPeople>();
  readonly #channels = new Map<string, string>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: SlackPressOptions) {
    this.#options = options;
  }

  /** Takes an interaction of any kind; one that is none of ours is passed over. */
  take(payload: unknown): void {
    const parsed = pressSchema.safeParse(payload);
    const [pressed] = parsed.data?.actions ?? [];
    if (!parsed.success || pressed === undefined) return;
    // A link has led where it leads, and was acknowledged: there is nothing more to do.
    if (pressed.action_id === BUTTONS.openIncident || pressed.action_id === BUTTONS.runbook) return;
    if (this.#underWay.size >= MOST_UNDER_WAY) return this.#count(pressed.action_id, 'budget');
    const work = this.#handle(parsed.data, pressed.action_id, pressed.value ?? '').finally(() =>
      this.#underWay.delete(work),
    );
    this.#underWay.add(work);
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Never rejects. */
  async #handle(press: Press, action: string, incident: string): Promise<void> {
    const { clock, log, signal } = this.#options;
    const { user, channel } = press;
    try {
      const place = await this.#placeOf(channel.id);
      if (place === undefined) {
        log.warn({ channel: channel.id, user: user.id }, 'a press in a Slack channel that is not configured');
        return this.#count(action, 'ignored');
      }
      const { api } = place;
      const answer = await this.#act(place, press, action, incident);
      await withDeadline(clock, ANSWER_MS, signal, () =>
        slackCall(
          api.chat.postEphemeral({
            channel: channel.id,
            user: user.id,
            text: escapeMrkdwn(answer, MAX_ANSWER),
          }),
        ),
      );
    } catch (error) {
      const { reason, message } = toFailure(error);
      log.warn({ action, incident, user: user.id, reason, error: message }, 'a press in Slack got no answer');
    }
  }

  /** What the person is told. */
  async #act({ api, people }: Place, { user }: Press, action: string, incident: string): Promise<string> {
    const { clock, log, signal } = this.#options;
    try {
      const person = await people.find(api, user);
      const work = this.#workOf(action);
      if (work === undefined || incident === '') {
        this.#count('unknown', 'invalid');
        return 'This button is of another version of octowatch, and does nothing any more: open the incident instead.';
      }
      const answer = await withDeadline(clock, ACTION_MS, signal, () => work(incident, person));
      this.#count(action, 'ok');
      log.info({ action, incident, user: user.id }, 'pressed in Slack');
      return answer;
    } catch (error) {
      const failure = toFailure(error);
      this.#count(action, failure.reason);
      const { reason, message } = failure;
      log.warn({ action, incident, user: user.id, reason, error: message }, 'pressed in Slack in vain');
      return wordsFor(failure, action);
    }
  }

  #workOf(action: string): ((incident: string, by: Person) => Promise<string>) | undefined {
    const { actions } = this.#options;
    switch (action) {
      case BUTTONS.acknowledge:
        return (incident, by) => actions.acknowledge(incident, by);
      case BUTTONS.silence:
        return (incident, by) => actions.silence(incident, SILENCE_MS, by);
      case BUTTONS.runRemedy:
        return (incident, by) => actions.runRemedy(incident, by);
      default:
        return undefined;
    }
  }

  /** The bot that posts to a channel; undefined when none does. */
  async #placeOf(channel: string): Promise<Place | undefined> {
    for (const { bot, http } of this.#options.ears()) {
      const api = await openSlack(bot, http, this.#options.signal);
      if ((await this.#idOf(api, bot)) === channel) return { api, people: this.#peopleOf(bot) };
    }
    return undefined;
  }

  #peopleOf({ token }: SlackBot): SlackPeople {
    const people = this.#people.get(token) ?? new SlackPeople(this.#options.clock);
    this.#people.set(token, people);
    return people;
  }

  /** Undefined when Slack cannot tell: another receiver's channel must be found all the same. */
  async #idOf(api: WebClient, { channel, token }: SlackBot): Promise<string | undefined> {
    const key = `${token} ${channel}`;
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    try {
      const id = await channelId(api, channel);
      this.#channels.set(key, id);
      return id;
    } catch (error) {
      this.#options.log.warn({ channel, error: toFailure(error).message }, 'a Slack channel is not known');
      return undefined;
    }
  }

  #count(action: string, outcome: string): void {
    const known = Object.values<string>(BUTTONS).includes(action) ? action : 'unknown';
    this.#options.metrics.increment('octowatch_slack_presses_total', { action: known, outcome });
  }
}

function wordsFor({ reason, message }: Failure, action: string): string {
  if (reason === 'timeout') return 'This takes longer than expected: open the incident to see how it goes.';
  if (reason === 'not_found' && action !== BUTTONS.runRemedy)
    return 'This incident is over: nothing was done.';
  return `Not done: ${message}`;
}
