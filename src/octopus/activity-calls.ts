import { z } from 'zod';
import { readJson } from './answer.ts';
import type { Connection } from './connection.ts';
import { stamp, text } from './payload-fields.ts';

/** How many events are looked at: those of our own user are among them. */
const TAKE = 100;
const LOGIN = 'LoginSucceeded';
/** Somebody logged in, or a person or a trigger had something done; what the server does by itself is neither. */
const CATEGORIES = [LOGIN, 'DeploymentQueued', 'RunbookRunQueued'];

/** When the instance was last used; ms by the server's clock. */
export interface LastActivity {
  /** Undefined where the audit log has none. */
  readonly login: number | undefined;
  readonly task: number | undefined;
  /** How far back that was looked for, where the log goes further: what is undefined is older. */
  readonly lookedBackTo: number | undefined;
}

export interface ActivityCalls {
  /** By the audit log, without what our own user did. Permission EventView. */
  lastActivity(signal?: AbortSignal): Promise<LastActivity>;
}

const meSchema = z.looseObject({ Id: z.string().min(1).max(100) });
/** Source: OctopusClients `EventResource.cs`. */
const eventsSchema = z.looseObject({
  TotalResults: z.number().int().nonnegative(),
  Items: z.array(z.looseObject({ Category: text(100), UserId: text(100), Occurred: stamp })),
});
type Events = z.output<typeof eventsSchema>;

export function createActivityCalls(connection: Connection): ActivityCalls {
  async function ask<S extends z.ZodType>(
    path: string,
    schema: S,
    signal?: AbortSignal,
    query: Readonly<Record<string, string>> = {},
  ): Promise<z.output<S>> {
    return readJson(await connection.send({ path, query, signal }), schema, connection.where(path));
  }

  async function lastActivity(signal?: AbortSignal): Promise<LastActivity> {
    const me = await ask('/api/users/me', meSchema, signal);
    const events = await ask('/api/events', eventsSchema, signal, {
      eventCategories: CATEGORIES.join(','),
      spaces: 'all',
      includeSystem: 'true',
      excludeDifference: 'true',
      take: String(TAKE),
    });
    return activityIn(events, me.Id);
  }

  return { lastActivity };
}

/** The newest of each kind: the server lists the newest first, but nothing says that it always does. */
function activityIn({ Items, TotalResults }: Events, ownUser: string): LastActivity {
  const times = Items.flatMap(({ Occurred }) => Occurred ?? []);
  const others = Items.filter(({ UserId }) => UserId !== ownUser);
  const isLogin = ({ Category }: Events['Items'][number]): boolean => Category === LOGIN;
  return {
    login: newest(others.filter(isLogin)),
    task: newest(others.filter((event) => !isLogin(event))),
    lookedBackTo: TotalResults > Items.length && times.length > 0 ? Math.min(...times) : undefined,
  };
}

function newest(events: Events['Items']): number | undefined {
  const times = events.flatMap(({ Occurred }) => Occurred ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}
