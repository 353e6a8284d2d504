import type { WebClient } from '@slack/web-api';
import { Failure } from '../model/failure.ts';
import type { Person } from '../model/on-call.ts';
import type { Clock } from '../model/ports.ts';
import { slackCall } from './slack-client.ts';

const KNOWN_FOR_MS = 3_600_000;
const MOST_KNOWN = 500;

/** Who pressed, as an interaction names him. */
export interface SlackUser {
  readonly id: string;
  readonly name?: string | undefined;
  readonly team_id?: string | undefined;
}

/** The people of the workspace of a bot, as far as they pressed something lately. */
export class SlackPeople {
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly person: Person; readonly until: number }>();
  #home: Home | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The person, by the name that colleagues know; without the scope `users:read` by the name of the account.
   * @throws Failure `forbidden` for somebody of another workspace, in a channel that is shared with it
   */
  async find(api: WebClient, user: SlackUser): Promise<Person> {
    const known = this.#known.get(user.id);
    const now = this.#clock.now();
    if (known !== undefined && known.until > now) return known.person;
    const person = await this.#ask(api, user);
    this.#known.delete(user.id);
    this.#known.set(user.id, { person, until: now + KNOWN_FOR_MS });
    const [oldest = ''] = this.#known.keys();
    if (this.#known.size > MOST_KNOWN) this.#known.delete(oldest);
    return person;
  }

  async #ask(api: WebClient, user: SlackUser): Promise<Person> {
    this.#home ??= homeOf(await slackCall(api.auth.test()));
    const home = this.#home;
    const told = await slackCall(api.users.info({ user: user.id })).catch((error: unknown) => {
      // Not allowed to ask, or not to see this person: then it is known where he is from.
      if (error instanceof Failure && ['forbidden', 'not_found'].includes(error.reason)) return undefined;
      throw error;
    });
    const found = told?.user;
    const team = found?.team_id ?? user.team_id;
    const isColleague =
      team === home.team ||
      (home.enterprise !== undefined && found?.enterprise_user?.enterprise_id === home.enterprise);
    if (!isColleague || found?.deleted === true)
      throw new Failure(
        'forbidden',
        'Buttons work for people of the workspace that the app is installed in.',
      );
    const name = found?.profile?.real_name ?? found?.real_name ?? user.name ?? user.id;
    return { name: name === '' ? user.id : name, id: user.id, via: 'slack' };
  }
}

interface Home {
  readonly team: string | undefined;
  readonly enterprise: string | undefined;
}

function homeOf({
  team_id: team,
  enterprise_id: enterprise,
}: {
  team_id?: string;
  enterprise_id?: string;
}): Home {
  if (team === undefined) throw new Failure('malformed', 'Slack does not say of which workspace the bot is');
  return { team, enterprise };
}
