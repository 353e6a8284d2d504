import { Failure } from '../../src/model/failure.ts';

/** What a value of a line can be, and the names it goes by unless the configuration says otherwise; any case. */
export const FIELD_NAMES = {
  timestamp: ['timestamp', '@timestamp', 'time'],
  method: ['method'],
  path: ['path', 'url'],
  status: ['statuscode', 'status'],
  user: ['user', 'username'],
  host: ['host'],
  task_id: ['taskid'],
  task_name: ['taskname', 'name'],
  description: ['description'],
  state: ['state', 'status'],
  space: ['space', 'spaceid'],
  project: ['project', 'projectid'],
  node: ['node'],
  duration: ['duration', 'durationms', 'elapsedms'],
  queue_wait: ['queuewait', 'queuems', 'queuedurationms'],
} as const satisfies Record<string, readonly string[]>;

export type Field = keyof typeof FIELD_NAMES;

/** The fields by number: values of a line are kept in arrays. */
export const FIELDS = Object.keys(FIELD_NAMES).filter(isField);

/** The number of a field. */
export function fieldNumber(field: Field): number {
  return FIELDS.indexOf(field);
}

/** Which fields a name in a line stands for (`status` may be a request's or a task's); names are in lower case. */
export type FieldsByName = ReadonlyMap<string, readonly number[]>;

/**
 * The names of the configuration, each the only one for its field, and the usual ones for all other fields.
 * @throws Failure `invalid` for a field that does not exist
 */
export function fieldsByName(configured: Readonly<Record<string, string>>): FieldsByName {
  for (const field of Object.keys(configured)) {
    if (!isField(field))
      throw new Failure('invalid', `legacy-metrics has no field ${field}: use ${FIELDS.join(', ')}`);
  }
  const byName = new Map<string, number[]>();
  for (const [number, field] of FIELDS.entries()) {
    const own = configured[field];
    for (const name of own === undefined ? FIELD_NAMES[field] : [own.toLowerCase()]) {
      byName.set(name, [...(byName.get(name) ?? []), number]);
    }
  }
  return byName;
}

function isField(name: string): name is Field {
  return Object.hasOwn(FIELD_NAMES, name);
}
