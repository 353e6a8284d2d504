import { DatabaseSync } from 'node:sqlite';
import type { Alert } from '../../model/alert.ts';
import type { Incident } from '../../model/incident.ts';
import type { HealStatus } from '../../model/plan.ts';
import type { Random } from '../../model/ports.ts';
import { NO_METRICS } from '../../model/self-metrics.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { createDispatcher, type Dispatcher, type DispatcherOptions } from '../dispatcher.ts';
import { incidentKey } from '../incident-of.ts';
import type { ReceiverNotifier } from '../lane.ts';
import type { Silences } from '../mute/silences.ts';
import { buildRoute, groupLabelsOf, matchRoutes, type Route, type RouteOptions } from '../route.ts';
import { FakeReceiver } from './fake-receiver.ts';
import { Mortal, MortalJournal, type Death } from './mortal.ts';
import { NO_LOG } from './no-log.ts';
import { orderProblem } from './order-problem.ts';
import { undisturbed } from './undisturbed.ts';

const TICK_MS = 15_000;
const KEPT_MS = 15 * 60_000;

/** What a receiver should believe of one incident, and when that was last otherwise. */
interface Truth {
  episodes: number;
  active: boolean;
  inactiveAt: number;
}

/**
 * Alerts, receivers and a dispatcher that dies and is started again on the same journal, in virtual time.
 * `problems` collects what no receiver may ever see.
 */
export class OnCallWorld {
  readonly clock = new VirtualClock(1_700_000_000_000);
  readonly pager = new FakeReceiver();
  readonly chat = new FakeReceiver();
  /** The receiver `standby`, for who wants a fallback. */
  readonly standby = new FakeReceiver();
  readonly heals = new Map<string, HealStatus>();
  readonly problems: string[] = [];
  readonly random: Random;
  /** The death of the next process that is started. */
  death: Death | undefined;
  deaths = 0;
  /** Receivers answer, and nothing changes back before it was told: no notification may say what the last one said. */
  isCalm = false;
  readonly #database = new DatabaseSync(':memory:');
  readonly #alerts = new Map<string, Alert>();
  readonly #truths = new Map<string, Truth>();
  readonly #openedAt = new Map<string, number>();
  #route: Route;
  #process:
    | { mortal: Mortal; dispatcher: Dispatcher; silences: Silences; stop: AbortController; told: boolean }
    | undefined;

  readonly #over: Partial<DispatcherOptions>;

  get #foldsMayOpen(): number {
    return this.#over.folds === undefined ? 0 : 1;
  }

  constructor(route: RouteOptions, random: Random, over: Partial<DispatcherOptions> = {}) {
    this.#route = buildRoute(route);
    this.random = random;
    this.#over = over;
    for (const receiver of [this.pager, this.chat]) {
      receiver.onTaken = (incident, before) => this.#check(receiver, incident, before);
    }
  }

  get isUp(): boolean {
    return this.#process !== undefined;
  }

  start(): void {
    const mortal = new Mortal(this.death, () => {
      this.deaths++;
      this.#process = undefined;
    });
    this.death = undefined;
    const stop = new AbortController();
    const clock = mortal.clock(this.clock);
    const around = undisturbed(this.#database, clock, NO_LOG);
    const dispatcher = createDispatcher({
      ...around,
      ...this.#over,
      route: this.#route,
      receivers: this.#receivers(mortal),
      journal: new MortalJournal(this.#database, mortal),
      redact: (text) => text,
      healStatus: (key) => this.heals.get(key),
      externalUrl: () => 'http://127.0.0.1:9464',
      clock,
      random: this.random,
      log: NO_LOG,
      metrics: NO_METRICS,
      signal: stop.signal,
    });
    this.#process = { mortal, dispatcher, silences: around.silences, stop, told: false };
    void dispatcher.run();
    this.#tell();
  }

  /** Ends the process as a signal does: what is under way is cut off. */
  async stop(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    process?.stop.abort();
    await this.clock.advance(0);
    if (process !== undefined) process.mortal.isDead = true;
  }

  kill(): void {
    if (this.#process !== undefined) this.#process.mortal.isDead = true;
    this.#process = undefined;
  }

  /** Swaps the routing tree, in the running process or for the next one. */
  reroute(options: RouteOptions): void {
    this.#route = buildRoute(options);
    this.#updateTruths();
    const process = this.#process;
    process?.dispatcher.reload(this.#route, this.#receivers(process.mortal));
  }

  fire(name: string, tenant: string, severity: string): void {
    this.#set([this.#firing(name, tenant, severity)]);
  }

  /** The same for many tenants at once. */
  fireAll(name: string, tenants: readonly string[], severity: string): void {
    this.#set(tenants.map((tenant) => this.#firing(name, tenant, severity)));
  }

  /** Silences the alerts of a tenant, in the running process; what it writes is on disk at once. */
  silence(tenant: string, forMs: number): void {
    const process = this.#process;
    if (process === undefined) return;
    const startsAt = this.clock.now();
    const matchers = [{ name: 'tenant', value: tenant, isRegex: false, isEqual: true }];
    process.silences.put({ matchers, startsAt, endsAt: startsAt + forMs, createdBy: 'jo', comment: '' });
    process.dispatcher.mutesChanged();
  }

  /** Somebody takes what is open at the pager, in the running process. */
  acknowledge(): void {
    const taken = { by: { name: 'jo', via: 'slack' }, at: this.clock.now() } as const;
    for (const key of this.pager.open.keys()) this.#process?.dispatcher.acknowledge(key, taken);
  }

  /** What journal and log hold of incidents that are over. */
  leftovers(): string[] {
    const count = (table: string): number =>
      Number(this.#database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows']);
    return [
      `${count('incidents WHERE endedAt IS NULL')} open episodes`,
      `${count('acknowledgements')} acknowledgements`,
      `${count("folding_states WHERE kind = 'fold'")} folds`,
      `${count("notifications WHERE accepted ->> '$.status' <> 'resolved' OR intent IS NOT NULL")} open lanes`,
    ].filter((line) => !line.startsWith('0 '));
  }

  /** Keys of the alerts that fire. */
  firing(): string[] {
    return [...this.#alerts.values()].flatMap(({ key, state }) => (state === 'firing' ? [key] : []));
  }

  /** Those of them that are pages. */
  pages(): string[] {
    return this.firing().filter((key) => this.#alerts.get(key)?.labels['severity'] === 'page');
  }

  #firing(name: string, tenant: string, severity: string): Alert {
    const key = `${name}:${tenant}`;
    const now = this.clock.now();
    const labels = { alertname: name, tenant, severity };
    const summary = `${tenant}: ${name}`;
    return {
      key,
      group: 'g',
      labels,
      annotations: { summary },
      state: 'firing',
      value: 1,
      activeAt: now,
      firedAt: now,
    };
  }

  resolveAll(): void {
    const resolvedAt = this.clock.now();
    const firing = [...this.#alerts.values()].filter(({ state }) => state === 'firing');
    this.#set(firing.map((alert): Alert => ({ ...alert, state: 'resolved', resolvedAt })));
  }

  resolve(name: string, tenant: string): void {
    const alert = this.#alerts.get(`${name}:${tenant}`);
    if (alert?.state === 'firing') this.#set([{ ...alert, state: 'resolved', resolvedAt: this.clock.now() }]);
  }

  isFiring(name: string, tenant: string): boolean {
    return this.#alerts.get(`${name}:${tenant}`)?.state === 'firing';
  }

  /** A heal ended: held pages are looked at. */
  healEnded(key: string, state: 'healed' | 'failed'): void {
    const heal = this.heals.get(key);
    if (heal !== undefined) this.heals.set(key, { ...heal, state });
    this.#process?.dispatcher.wake(key);
  }

  /** One round of the ruler, and the time until the next. */
  async tick(ms = TICK_MS): Promise<void> {
    this.#tell();
    const process = this.#process;
    if (process !== undefined && !process.told) {
      process.told = true;
      process.dispatcher.settled();
    }
    await this.clock.advance(ms);
  }

  /** Rounds of the ruler, with a supervisor that starts what died. */
  async pass(ms: number, tickMs = TICK_MS): Promise<void> {
    for (const end = this.clock.now() + ms; this.clock.now() < end;) {
      if (!this.isUp) this.start();
      await this.tick(tickMs);
    }
  }

  /** What differs from what receivers should know when everything has arrived. */
  unsettled(): string[] {
    return [
      ...this.#differences('pager', this.pager, (severity) => severity === 'page'),
      ...this.#differences('chat', this.chat, (severity) => severity !== 'log'),
    ];
  }

  /** Keys that were opened more often than there was cause to. */
  reopened(): string[] {
    return (
      [...this.pager.opens]
        // An incident that tells of others is opened once and never again.
        .filter(([key, opens]) => opens > (this.#truths.get(key)?.episodes ?? this.#foldsMayOpen))
        .map(
          ([key, opens]) =>
            `${key} opened ${opens} times in ${this.#truths.get(key)?.episodes ?? 0} episodes`,
        )
    );
  }

  #differences(name: string, receiver: FakeReceiver, concerns: (severity: string) => boolean): string[] {
    const wanted = new Map<string, string>();
    for (const [key, alerts] of this.#groups(this.#route, concerns)) wanted.set(key, alerts.join(' '));
    const known = new Map(
      [...receiver.open].map(([key, { alerts }]) => [
        key,
        alerts
          .map((alert) => alert.key)
          .toSorted()
          .join(' '),
      ]),
    );
    return [...new Set([...wanted.keys(), ...known.keys()])]
      .filter((key) => wanted.get(key) !== known.get(key))
      .map((key) => `${name} ${key}: knows ${known.get(key) ?? '-'}, should ${wanted.get(key) ?? '-'}`);
  }

  #groups(route: Route, concerns: (severity: string) => boolean): Map<string, string[]> {
    const groups = new Map<string, string[]>();
    for (const { key, labels, state } of this.#alerts.values()) {
      if (state !== 'firing' || !concerns(labels['severity'] ?? '')) continue;
      for (const matched of matchRoutes(route, labels)) {
        const id = incidentKey(matched, groupLabelsOf(matched, labels));
        groups.set(id, [...(groups.get(id) ?? []), key].toSorted());
      }
    }
    return groups;
  }

  #set(alerts: readonly Alert[]): void {
    for (const alert of alerts) this.#alerts.set(alert.key, alert);
    this.#updateTruths();
  }

  #updateTruths(): void {
    const active = this.#groups(this.#route, (severity) => severity === 'page');
    for (const key of active.keys()) {
      const truth = this.#truths.get(key) ?? { episodes: 0, active: false, inactiveAt: 0 };
      if (!truth.active) truth.episodes++;
      truth.active = true;
      this.#truths.set(key, truth);
    }
    for (const [key, truth] of this.#truths) {
      if (!active.has(key) && truth.active)
        Object.assign(truth, { active: false, inactiveAt: this.clock.now() });
    }
  }

  #tell(): void {
    const now = this.clock.now();
    for (const [key, { resolvedAt }] of this.#alerts)
      if (resolvedAt !== undefined && now - resolvedAt > KEPT_MS) this.#alerts.delete(key);
    this.#process?.dispatcher.update('g', [...this.#alerts.values()]);
  }

  #receivers(mortal: Mortal): Map<string, ReceiverNotifier[]> {
    const clock = mortal.clock(this.clock);
    const act = (effect: () => void): void => mortal.act(effect);
    const entry = (kind: string, receiver: FakeReceiver, wakes: boolean): ReceiverNotifier => {
      const inner = receiver.notifier(!wakes, clock, this.random, act);
      const notify: typeof inner.notify = (incident, signal) =>
        mortal.waitFor(inner.notify(incident, signal));
      return { kind, wakes, sendResolved: true, notifier: { ...inner, notify } };
    };
    const all = [entry('pager', this.pager, true), entry('chat', this.chat, false)];
    return new Map([
      ['oncall', all],
      ['backup', all],
      ['standby', [entry('standby', this.standby, false)]],
    ]);
  }

  readonly #last = new Map<string, Incident>();

  #check(receiver: FakeReceiver, incident: Incident, before: Incident | undefined): void {
    const name = receiver === this.pager ? 'pager' : 'chat';
    const lane = `${name} ${incident.key}`;
    const last = this.#last.get(lane);
    const problem = last === undefined ? undefined : orderProblem(last, incident, this.isCalm);
    if (problem !== undefined) this.problems.push(`${lane}: ${problem}`);
    this.#last.set(lane, incident);
    if (receiver !== this.pager) return;
    const truth = this.#truths.get(incident.key);
    if (incident.status !== 'resolved' && before === undefined)
      this.#openedAt.set(incident.key, this.clock.now());
    const openedAt = this.#openedAt.get(incident.key) ?? 0;
    const isMerged = incident.details.notes.some((note) => note.startsWith('merged into '));
    if (incident.status === 'resolved' && truth?.active === true && truth.inactiveAt < openedAt && !isMerged)
      this.problems.push(`${lane}: resolved while firing`);
  }
}
