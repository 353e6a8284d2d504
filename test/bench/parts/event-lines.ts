/** The formats of log lines that benchmarks are made of. */
export type LineFormat = 'json' | 'server_log' | 'web_log';

const ROUTES = [
  'tasks',
  'projects',
  'environments',
  'machines',
  'releases',
  'deployments',
  'tenants',
  'runbooks',
];
const VERBS = ['GET', 'GET', 'GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE'];
const STATUSES = [200, 200, 200, 200, 200, 200, 200, 201, 304, 404, 500];
const TASKS = ['Deploy', 'RunbookRun', 'Health', 'Retention', 'AutoDeploy'];
const USERS = Array.from({ length: 40 }, (_, n) => `user${n}@acme.example`);
const JSON_BYTES = 210;

/** Writes lines one after another; the same seed gives the same lines. */
export class EventLines {
  readonly #format: LineFormat;
  #state: number;

  constructor(format: LineFormat, seed = 42) {
    this.#format = format;
    this.#state = seed;
  }

  /** What a file of the format begins with. */
  get head(): string {
    if (this.#format !== 'web_log') return '';
    return '#Software: Octopus Deploy\n#Version: 1.0\n#Fields: date time cs-method cs-uri-stem s-port cs-username c-ip sc-status time-taken\n';
  }

  /** Line number `n`, of the event at `time` (ms since the epoch), with its newline. The path holds the number. */
  line(n: number, time: number): string {
    const iso = new Date(time).toISOString();
    if (this.#format === 'json') return this.#json(n, iso);
    const { method, path, status, ms, user } = this.#request(n);
    if (this.#format === 'web_log') {
      const [date = '', clock = ''] = iso.split('T');
      return `${[date, clock.slice(0, 8), method, path, '8065', user, '10.0.3.17', status, Math.ceil(ms)].join('\t')}\n`;
    }
    const span = `00:00:0${(ms / 1000).toFixed(7)}`;
    const stamp = `${iso.slice(0, 10)} ${iso.slice(11, 23)}0`;
    return `${stamp}      1     75  INFO  "HTTP" "${method}" to "octopus.acme.example:8080""${path}" "completed" with ${status} in ${span} (${Math.round(ms)}ms) by "${user}"\n`;
  }

  /** 80 % requests, 20 % tasks, padded to 210 bytes. */
  #json(n: number, iso: string): string {
    const fields = n % 5 === 4 ? this.#task(n) : this.#requestFields(n);
    const text = `{"Timestamp":"${iso}",${fields}`;
    const pad = JSON_BYTES - Buffer.byteLength(text) - ',"Note":""}\n'.length;
    return `${text},"Note":"${'-'.repeat(Math.max(0, pad))}"}\n`;
  }

  #requestFields(n: number): string {
    const { method, path, status, ms, user } = this.#request(n);
    return `"Type":"WebApi","Method":"${method}","Path":"${path}","StatusCode":${status},"DurationMs":${ms},"User":"${user}"`;
  }

  #task(n: number): string {
    const state = this.#below(20) === 0 ? 'Failed' : 'Success';
    const seconds = this.#below(50);
    return `"Type":"Task","TaskId":"ServerTasks-${n}","TaskName":"${this.#one(TASKS)}","State":"${state}","Duration":"00:00:${String(seconds).padStart(2, '0')}.1234567","QueueMs":${this.#below(5000)}`;
  }

  #request(n: number): { method: string; path: string; status: number; ms: number; user: string } {
    const space = `Spaces-${1 + this.#below(4)}`;
    return {
      method: this.#one(VERBS),
      path: `/api/${space}/${this.#one(ROUTES)}/Item-${n}`,
      status: this.#one(STATUSES),
      ms: Math.round(this.#below(2_000_000)) / 10_000,
      user: this.#one(USERS),
    };
  }

  #one<T>(values: readonly T[]): T {
    const value = values[this.#below(values.length)];
    if (value === undefined) throw new Error('nothing to choose from');
    return value;
  }

  /** A whole number below `bound`: a linear congruential generator, as it need not be good. */
  #below(bound: number): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return Math.floor((this.#state / 0x8000_0000) * bound);
  }
}
