import { ColumnBatch } from '../../../src/model/column-batch.ts';
import type { Batch } from '../../../src/model/ports.ts';
import { webRequestDataset } from '../../../src/octopus/web-request-dataset.ts';

/** What is asked for, how often per thousand, and the usual seconds of an answer. `#` is an id. */
const RESOURCES = [
  ['tasks', 'ServerTasks', 240, 0.02],
  ['dashboard', '', 90, 0.2],
  ['projects', 'Projects', 90, 0.03],
  ['deployments', 'Deployments', 60, 0.04],
  ['releases', 'Releases', 60, 0.05],
  ['machines', 'Machines', 50, 0.02],
  ['environments', 'Environments', 40, 0.015],
  ['variables', 'variableset-Projects', 40, 0.06],
  ['progression', 'Projects', 30, 0.3],
  ['runbooks', 'Runbooks', 25, 0.03],
  ['libraryvariablesets', 'LibraryVariableSets', 20, 0.03],
  ['accounts', 'Accounts', 15, 0.02],
  ['feeds', 'Feeds', 15, 0.4],
  ['lifecycles', 'Lifecycles', 10, 0.02],
  ['channels', 'Channels', 10, 0.02],
  ['tenants', 'Tenants', 10, 0.05],
  ['events', 'Events', 10, 0.5],
  ['users', 'Users', 10, 0.02],
  ['teams', 'Teams', 10, 0.02],
  ['artifacts', 'Artifacts', 5, 0.1],
] as const;
/** Verb and what follows the id, of each resource: 3 × 20 resources = 60 routes. */
const FORMS = [
  ['GET', '/#', 0.7],
  ['GET', '', 0.25],
  ['POST', '', 0.05],
] as const;
const STATUSES = [
  [0.955, '200'],
  [0.975, '304'],
  [0.99, '404'],
  [0.996, '401'],
  [1, '500'],
] as const;
const NAMES = ['anna', 'ben', 'carla', 'dmitri', 'emma', 'build-bot', 'deploy-bot', 'terraform', 'grafana'];
const WORDS = [
  'acme',
  'globex',
  'initech',
  'umbrella',
  'hooli',
  'stark',
  'wayne',
  'wonka',
  'tyrell',
  'aperture',
];

export interface WebRequestsOptions {
  readonly tenants: number;
  /** Time of the first request, ms since the epoch. */
  readonly from: number;
  /** Over all tenants. */
  readonly perSecond: number;
}

interface Instance {
  readonly tenant: string;
  readonly host: string;
  /** Its log file, as the tailer names it. */
  readonly file: string;
  readonly users: readonly string[];
  readonly columns: ColumnBatch;
  offset: number;
  tasks: number;
}

/**
 * Requests as the logs of a fleet hold them: few tenants are busy, most ask for what others asked for just now, durations
 * have the seven decimals of a .NET TimeSpan, and each tenant's lines are in a file of its own. The same in every run.
 */
export class WebRequests {
  readonly #options: WebRequestsOptions;
  readonly #instances: readonly Instance[];
  #made = 0;
  #state = 0x2545f491;

  constructor(options: WebRequestsOptions) {
    this.#options = options;
    this.#instances = Array.from({ length: options.tenants }, (_, i) => this.#instance(i));
  }

  /** The next requests, `count` in all, a batch for each file that has some; valid until the next call. */
  next(count: number): readonly Batch[] {
    for (const { columns } of this.#instances) columns.clear();
    for (let i = 0; i < count; i++) {
      const time = this.#options.from + Math.floor((this.#made++ * 1000) / this.#options.perSecond);
      this.#add(this.#pick(this.#instances), time);
    }
    const busy = this.#instances.filter(({ columns }) => columns.rows > 0);
    return busy.map(({ file, offset, columns }) => ({
      source: file,
      position: offset,
      columns,
      idPrefix: file,
      idStep: 8,
    }));
  }

  #add(instance: Instance, time: number): void {
    const { columns } = instance;
    const { symbols } = columns;
    const { method, route, path, seconds } = this.#request(instance);
    const user = this.#random() < 0.2 ? '<anonymous>' : this.#pick(instance.users);
    const table = columns.table(webRequestDataset);
    const row = table.append(time, instance.offset);
    const values = {
      tenant: instance.tenant,
      method,
      route,
      status: this.#status(),
    };
    for (const [name, value] of Object.entries(values))
      table.dimensions.get(name)![row] = symbols.intern(value);
    for (const [name, value] of Object.entries({ path, user, host: instance.host }))
      table.texts.get(name)![row] = symbols.intern(value);
    table.numbers.get('duration_seconds')![row] = seconds;
    // What the server logs around it: stamps, words, quotes.
    instance.offset += 130 + path.length + user.length + instance.host.length;
  }

  #request(instance: Instance): { method: string; route: string; path: string; seconds: number } {
    const resource = this.#weighted(RESOURCES, (one) => one[2] / 840);
    const [method, form] = this.#weighted(FORMS, (one) => one[2]);
    const [name, prefix, , usual] = resource;
    if (this.#random() < 0.02) instance.tasks++;
    const withId = form !== '' && prefix !== '';
    const id = `${prefix}-${name === 'tasks' ? instance.tasks - this.#skewed(30) : 1 + this.#skewed(60)}`;
    const base = `/api/Spaces-1/${name}`;
    const seconds = usual * Math.exp(this.#normal() * 0.8);
    return {
      method,
      route: `/api/{space}/${name}${withId ? '/{id}' : ''}`,
      path: withId ? `${base}/${id}` : base,
      seconds: Math.round(seconds * 1e7) / 1e7,
    };
  }

  #instance(i: number): Instance {
    const tenant = `${WORDS[i % WORDS.length]}-${String(i).padStart(3, '0')}`;
    const file = Array.from({ length: 11 }, () => this.#character()).join('');
    const users = Array.from({ length: 3 + this.#whole(10) }, (_, n) =>
      n < NAMES.length ? `${NAMES[n]}@${tenant}.example` : `user${n}@${tenant}.example`,
    );
    const tasks = 1000 + this.#whole(200_000);
    const host = `octopus.${tenant}.example`;
    const columns = new ColumnBatch();
    return { tenant, host, file, users, columns, offset: this.#whole(50_000_000), tasks };
  }

  #status(): string {
    const random = this.#random();
    return STATUSES.find(([below]) => random < below)?.[1] ?? '200';
  }

  #weighted<T>(items: readonly T[], weight: (item: T) => number): T {
    let random = this.#random();
    for (const item of items) if ((random -= weight(item)) < 0) return item;
    return items[0]!;
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#skewed(items.length)]!;
  }

  /** 0 to `below`, small ones often. */
  #skewed(below: number): number {
    return Math.floor(this.#random() ** 1.7 * below);
  }

  #whole(below: number): number {
    return Math.floor(this.#random() * below);
  }

  #character(): string {
    return 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[this.#whole(64)]!;
  }

  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }

  /** xorshift32. */
  #random(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) / 2 ** 32;
  }
}
