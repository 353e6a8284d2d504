import { isActive, isRunning, type ServerTask } from '../task.ts';
import { isAtLeast } from '../topology.ts';

type Test = (task: ServerTask) => boolean;
type Filter = (values: readonly string[]) => Test;

const DATES: Readonly<Record<string, (task: ServerTask) => number | undefined>> = {
  completeddate: (task) => task.completedAt,
  queuedate: (task) => task.queuedAt,
  startdate: (task) => task.startedAt,
};

/** The filters of `/api/tasks` by lower-case parameter; values come as a list, repeated or with commas. */
const FILTERS: Readonly<Record<string, Filter>> = {
  active: flag(isActive),
  running: flag(isRunning),
  haswarningsorerrors: flag((task) => task.errorMessage !== ''),
  haspendinginterruptions: flag(() => false),
  states: oneOf(({ state }) => state),
  name: oneOf(({ name }) => name),
  ids: oneOf(({ id }) => id),
  project: oneOf(({ projectId }) => projectId),
  node: oneOf(({ node }) => node),
  description: contains,
  partialname: contains,
  environment: () => () => true,
};

/**
 * What a query of tasks asks for. A task in New is found by `active` and by `states=New`, not by `states=Queued`.
 * Servers before 2020 know no date filters and ignore them, as they ignore every parameter they do not know.
 * @returns undefined when a date cannot be read
 */
export function taskFilter(query: URLSearchParams, version: string): Test | undefined {
  const tests: Test[] = [];
  for (const key of new Set(query.keys())) {
    const values = query
      .getAll(key)
      .flatMap((value) => value.split(','))
      .filter((value) => value !== '');
    const test = testOf(key.toLowerCase(), values, version);
    if (test === undefined) return undefined;
    tests.push(test);
  }
  return (task) => tests.every((test) => test(task));
}

function testOf(key: string, values: readonly string[], version: string): Test | undefined {
  const always: Test = () => true;
  if (values.length === 0) return always;
  const [, side, field = ''] = /^(from|to)(completeddate|queuedate|startdate)$/.exec(key) ?? [];
  const read = DATES[field];
  if (side === undefined || read === undefined) return FILTERS[key]?.(values) ?? always;
  if (!isAtLeast(version, 2020, 1)) return always;
  const limit = Date.parse(values[0] ?? '');
  if (Number.isNaN(limit)) return undefined;
  return (task) => {
    const at = read(task);
    return at !== undefined && (side === 'from' ? at >= limit : at <= limit);
  };
}

function flag(test: Test): Filter {
  return ([value = '']) =>
    (task) =>
      test(task) === (value.toLowerCase() === 'true');
}

function oneOf(read: (task: ServerTask) => string | undefined): Filter {
  return (values) => {
    const wanted = new Set(values.map((value) => value.toLowerCase()));
    return (task) => wanted.has(read(task)?.toLowerCase() ?? '');
  };
}

function contains(values: readonly string[]): Test {
  const part = values.join(',').toLowerCase();
  return ({ description }) => description.toLowerCase().includes(part);
}
