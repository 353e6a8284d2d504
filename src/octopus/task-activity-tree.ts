import { z } from 'zod';
import { optionalNumber, stamp, text } from './payload-fields.ts';

/** Steps within steps within targets are four; a tree that is deeper is cut. */
const MAX_DEPTH = 10;
const MAX_ACTIVITIES = 500;

/** A line of a task's log. */
export interface ActivityLine {
  readonly message: string;
  /** ms by the server's clock; undefined where it does not say. */
  readonly occurredAt: number | undefined;
  /** Its place in the log. */
  readonly number: number | undefined;
}

/** A step of a task, or what it does on one target. */
export interface Activity {
  readonly name: string;
  /** Pending, Running, Success, Failed, Skipped, SuccessWithWarning, Canceled. */
  readonly status: string;
  /** The last ones, as many as were asked for. */
  readonly lines: readonly ActivityLine[];
}

const line = z
  .looseObject({ MessageText: text(2000), OccurredAt: stamp, Number: optionalNumber })
  .transform(({ MessageText, OccurredAt, Number: number }) => ({
    message: MessageText ?? '',
    occurredAt: OccurredAt,
    number,
  }));

const activity = z.looseObject({
  Name: text(200),
  Status: text(50),
  LogElements: z.array(line).nullish(),
  Children: z.array(z.unknown()).nullish(),
});

/** `GET /api/tasks/{id}/details`, flat. Source: OctopusClients `TaskDetailsResource.cs`, `ActivityElement.cs`. */
export const activityTreeSchema = z
  .looseObject({ ActivityLogs: z.array(z.unknown()) })
  .transform(({ ActivityLogs }) => flatten(ActivityLogs));

/** Breadth first, so that a bound cuts the deepest. */
function flatten(roots: readonly unknown[]): readonly Activity[] {
  const all: Activity[] = [];
  let level = roots;
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0 && all.length < MAX_ACTIVITIES; depth++) {
    const read = level.map((node) => activity.safeParse(node).data).filter((node) => node !== undefined);
    all.push(...read.map(({ Name, Status, LogElements }) => activityOf(Name, Status, LogElements)));
    level = read.flatMap(({ Children }) => Children ?? []);
  }
  return all.slice(0, MAX_ACTIVITIES);
}

function activityOf(name = '', status = '', lines: readonly ActivityLine[] | null = []): Activity {
  return { name, status, lines: lines ?? [] };
}
