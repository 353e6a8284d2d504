/** What a `#Fields` line can declare, for its names see W3C's Extended Log File Format; any other is left unread. */
const NAMES = {
  date: 'date',
  time: 'time',
  method: 'cs-method',
  path: 'cs-uri-stem',
  user: 'cs-username',
  host: 'cs-host',
  status: 'sc-status',
  duration: 'time-taken',
} as const;

/** Which column holds what, the first being 0; a request without a user or a host is a request all the same. */
export interface WebLogColumns {
  /** How many there are. */
  readonly count: number;
  readonly date: number;
  readonly time: number;
  readonly method: number;
  readonly path: number;
  readonly status: number;
  readonly duration: number;
  /** -1 where none is declared, as `host`. */
  readonly user: number;
  readonly host: number;
}

export const MAX_COLUMNS = 64;

/** The order in which servers are known to write; source: the test file of OctopusDeploy/SeqFlatFileImport. */
export const USUAL_COLUMNS = 'date time cs-method cs-uri-stem s-port cs-username c-ip sc-status time-taken';

/** The columns that the text behind `#Fields:` declares; undefined when one that a request needs is not there. */
export function columnsOf(fields: string): WebLogColumns | undefined {
  const names = fields.trim().split(/\s+/);
  const at = (field: keyof typeof NAMES): number => names.indexOf(NAMES[field]);
  const [date, time, method, path] = [at('date'), at('time'), at('method'), at('path')];
  const [status, duration] = [at('status'), at('duration')];
  const needed = [date, time, method, path, status, duration];
  if (needed.includes(-1) || names.length > MAX_COLUMNS) return undefined;
  const [user, host] = [at('user'), at('host')];
  return { count: names.length, date, time, method, path, status, duration, user, host };
}
