import { join, resolve } from 'node:path';
import { createOctopusApi, datasets, lineCollectors } from '../collectors/index.ts';
import { createDispatcher } from './alerts/dispatcher.ts';
import { NotificationJournal } from './alerts/notification-journal.ts';
import { everySecond, once } from './app/chores.ts';
import { createClients } from './app/clients.ts';
import { countReloads } from './app/count-reloads.ts';
import { fanOut } from './app/fan-out.ts';
import { warnOfFixedSettings } from './app/fixed-settings.ts';
import { healSettings } from './app/heal-settings.ts';
import { inTime } from './app/in-time.ts';
import { latenessOf } from './app/lateness.ts';
import { lastEvaluation, notReady } from './app/readiness.ts';
import { alerting } from './app/receivers.ts';
import { loadRules, reloadRules, windowOf, type RuleSource } from './app/rules.ts';
import { supervise } from './app/supervise.ts';
import { readFromOf, targetsOf } from './app/targets.ts';
import { createActiveSource } from './collect/active-source.ts';
import type { Target } from './collect/contract.ts';
import { createEvidence } from './collect/evidence.ts';
import { createPollRunner } from './collect/poll-runner.ts';
import { createTailers } from './collect/tail/tailers.ts';
import type { Config } from './config/schema.ts';
import { HealJournal } from './heal/heal-journal.ts';
import { createHealer } from './heal/healer.ts';
import { createTaskCancel } from './heal/octopus-task-cancel.ts';
import { Failure } from './model/failure.ts';
import { NO_METRICS } from './model/self-metrics.ts';
import type { OctopusClient } from './octopus/client.ts';
import { createRuler } from './ruler/ruler.ts';
import { createSqliteAlertState } from './ruler/sqlite-alert-state.ts';
import { openDeadLetters } from './spool/dead-letters.ts';
import { runSender } from './spool/sender.ts';
import { openSpool } from './spool/spool.ts';
import { createHead } from './store/head/head.ts';
import { openStore } from './store/open-store.ts';
import { openDataDirectory } from './system/data-directory.ts';
import { systemClock as clock } from './system/system-clock.ts';
import { systemDisk as disk } from './system/system-disk.ts';
import { createHttp } from './system/system-http.ts';
import { reachability } from './web/access.ts';
import { createPrometheusMetrics } from './web/prometheus-metrics.ts';
import { createWebApp } from './web/web-app.ts';
import { listen } from './web/web-server.ts';

const random = Math.random;

/** Every collector and dataset: for the command line and the reference pages. */
export const registry = { datasets, lineCollectors, pollCollectors: createOctopusApi };

/** How an agent is started. */
export interface StartOptions extends Omit<RuleSource, 'datasets' | 'metrics'> {
  /** Called at start and at each reload. */
  readonly loadConfig: () => Config;
  /** Where the console receiver writes its lines. */
  readonly print: (line: string) => void;
  readonly version: string;
  /** A sentence that the web page shows at its top. */
  readonly notice?: string;
}

/** A running agent. */
export interface Agent {
  readonly url: string;
  /** Swaps to the configuration as it is now. @throws Failure when it is bad: the old one stays */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Puts an agent together and starts it: what is made later uses what was made before, and is cleaned up first.
 * @throws Failure when the configuration, the data directory or the address cannot be used
 */
export async function startAgent(options: StartOptions): Promise<Agent> {
  await using cleanUps = new AsyncDisposableStack();
  const { log } = options;
  let config = options.loadConfig();
  const life = new AbortController();
  const { signal } = life;
  const metrics = createPrometheusMetrics();
  const ruleSource = { ...options, datasets, metrics };
  const rules = loadRules(config, ruleSource);
  const startedAt = clock.now();
  let wasReady = false;
  const closeWithin = (part: string, ms: number, close: () => void | Promise<void>): void =>
    cleanUps.defer(inTime({ clock, log }, part, ms, close));

  const data = openDataDirectory(resolve(options.workingDirectory, config.data_dir));
  cleanUps.defer(() => data.close());
  if (data.damagedJournal !== undefined)
    log.error({ file: data.damagedJournal }, 'the journal was damaged: nothing heals until the next start');
  const { http, close: closeHttp } = createHttp();
  closeWithin('http', 200, closeHttp);

  const shared = { clock, disk, random, log, metrics };
  const { namespace } = config;
  const store = await openStore({
    ...shared,
    config: config.store,
    directory: data.path,
    namespace,
    datasets,
  });
  closeWithin('store', 800, () => store.close());
  const deadLetters = await openDeadLetters({ ...shared, directory: join(data.path, 'dead-letters') });
  closeWithin('dead letters', 500, () => deadLetters.close());
  const preparation = store.prepare === undefined ? {} : { prepare: store.prepare };
  const { max_bytes: maxBytes, policy } = config.spool;
  const spool = await openSpool({
    ...shared,
    directory: join(data.path, 'spool'),
    namespace,
    maxBytes,
    policy,
    signal,
  });
  closeWithin('spool', 1500, () => spool.close());
  const head = await createHead({
    ...shared,
    directory: join(data.path, 'head'),
    datasets,
    windowMs: windowOf(rules),
    latenessMs: latenessOf(config),
  });
  closeWithin('head', 2500, () => head.close());

  const clients = createClients({ ...shared, http });
  clients.configure(config);
  const pollCollectors = createOctopusApi({ clientFor: (tenant) => clients.get(tenant) });
  const isSource = createActiveSource({ prefer: config.collectors.prefer, lineCollectors, pollCollectors });
  const evidence = createEvidence(pollCollectors);
  const reading = {
    ...shared,
    writer: fanOut(spool, head, clock),
    positions: (source: string) => spool.position(source),
    isSource,
  };
  const poller = createPollRunner({
    ...reading,
    collectors: pollCollectors,
    intervalMs: () => config.collectors['octopus-api'].interval,
    onOutcome: (outcome) => evidence.record(outcome),
  });
  const tailers = createTailers({
    ...reading,
    collectors: lineCollectors,
    readFrom: (collector) => readFromOf(config, collector),
    signal,
  });

  const healJournal = new HealJournal(data.journal);
  const cancel = createTaskCancel({
    clock,
    clientFor: (tenant) => clients.find(tenant),
    minAgeMs: () => config.heal['octopus-task-cancel'].min_age,
  });
  const healer = createHealer({
    ...shared,
    remedies: new Map([[cancel.name, cancel]]),
    settings: () => healSettings(config.heal, data.damagedJournal === undefined),
    journal: healJournal,
    isEvaluated: (group) =>
      ruler.status().some(({ name, lastEvaluation: at }) => name === group && at !== undefined),
    onChange: (alertKey) => dispatcher.wake(alertKey),
    signal,
  });
  const notifying = { http, clock, log, write: options.print };
  const dispatcher = createDispatcher({
    ...shared,
    ...alerting(config, notifying),
    journal: new NotificationJournal(data.journal),
    healStatus: (alertKey) => healer.status(alertKey),
    externalUrl: () => config.web.external_url ?? web.url,
    signal,
  });
  const ruler = createRuler({
    ...shared,
    reader: head,
    recorder: (samples) => head.record(samples),
    evidence,
    store: createSqliteAlertState(data.journal),
    externalLabels: config.external_labels,
    holdForMs: config.rules.hold_for,
    defaultIntervalMs: config.rules.interval,
    beforeEvaluation: (now) => head.tick(now),
    sink: {
      update(group, alerts) {
        healer.update(group, alerts);
        dispatcher.update(group, alerts);
      },
    },
  });

  const work: Promise<void>[] = [];
  closeWithin('polls, rules, pages and heals', 3500, async () => {
    life.abort(new Failure('aborted', 'octowatch stops'));
    await Promise.all([...work, tailers.ended(), healer.idle(), dispatcher.idle()]);
  });
  forgetRemovedTenants();
  healer.resume();
  ruler.load(rules);

  const reload = countReloads(metrics, swapConfiguration);
  const sources = {
    clock,
    reader: head,
    version: options.version,
    evaluationMs: config.rules.interval,
    ...(options.notice === undefined ? {} : { notice: options.notice }),
    tenants: () => config.fleet.instances,
    alerts: () => ruler.alerts(),
    healStatus: healer.status,
    heals: (limit: number) => healJournal.recent(limit),
    lastEvaluation: () => lastEvaluation(ruler.status()),
    notReady: missing,
    ownMetrics: metrics.exposition,
    fleetMetrics: () => [...head.exposition()].join(''),
    reload,
  };
  const web = await listen(
    createWebApp(sources, { token: data.token, ...reachability(config.web), metrics }),
    config.web.listen,
  );
  closeWithin('web', 500, () => web.close());

  tailers.setTargets(targetsOf(config).tailed);
  const parts: Readonly<Record<string, (until: AbortSignal) => Promise<void>>> = {
    polls: (until) => poller.run(targetsOf(config).polled, until),
    rules: (until) => ruler.run(until),
    pages: () => dispatcher.run(),
    sender: (until) =>
      runSender({ ...shared, spool, store: store.store, deadLetters, signal: until, ...preparation }),
    head: (until) => everySecond(clock, until, mindHead),
    readiness: (until) => {
      return once(
        clock,
        until,
        () => missing().length === 0,
        () => dispatcher.settled(),
      );
    },
    retention: (until) => store.keepTidy(clock, until),
  };
  for (const [part, run] of Object.entries(parts)) work.push(supervise(part, run, { ...shared, signal }));

  /** What is not ready since the start; a reload begins its rules anew, and is no reason to send nobody here. */
  function missing(): string[] {
    const groups = wasReady ? [] : notReady(ruler.status(), startedAt);
    wasReady = groups.length === 0;
    return groups;
  }

  /** All that can fail comes first, then everything is swapped at once. */
  async function swapConfiguration(): Promise<void> {
    const next = options.loadConfig();
    const nextRules = reloadRules(next, ruleSource);
    const { route, receivers } = alerting(next, notifying);
    const targets = targetsOf(next);
    const windowMs = windowOf(nextRules);
    clients.configure(next);
    head.setWindow(windowMs);
    ruler.load(nextRules);
    warnOfFixedSettings(config, next, log);
    config = next;
    dispatcher.reload(route, receivers);
    useTargets(targets);
  }

  function useTargets(targets: { polled: readonly Target[]; tailed: readonly Target[] }): void {
    forgetRemovedTenants();
    poller.setTargets(targets.polled);
    tailers.setTargets(targets.tailed);
  }

  /** What was being read of a tenant when it was removed may arrive later. */
  function mindHead(): void {
    forgetRemovedTenants();
    head.tick(clock.now());
  }

  /** A tenant that is configured no more is gone: its series end, and its alerts resolve. */
  function forgetRemovedTenants(): void {
    const tenants = new Set(config.fleet.instances.map(({ tenant }) => tenant));
    for (const tenant of head.tenants()) {
      if (tenants.has(tenant)) continue;
      head.removeTenant(tenant);
      evidence.forget(tenant);
    }
  }

  const running = cleanUps.move();
  return { url: web.url, reload, stop: () => running.disposeAsync() };
}

/** A client of one configured instance, for one-shot commands. @throws Failure `invalid` for one without an API */
export function connect(
  config: Config,
  tenant: string,
  log: StartOptions['log'],
): { target: Target; client: OctopusClient; close(): Promise<void> } {
  const { http, close } = createHttp();
  const clients = createClients({ http, clock, random, log, metrics: NO_METRICS });
  clients.configure(config);
  const target = targetsOf(config).polled.find((candidate) => candidate.tenant === tenant);
  if (target === undefined) throw new Failure('invalid', `tenant ${tenant} has no url in fleet.instances`);
  return { target, client: clients.get(tenant), close };
}
