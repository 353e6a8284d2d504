import { join } from 'node:path';
import { createLineCollectors, createPollCollectors, datasets } from '../../collectors/index.ts';
import { createAwsClients } from '../aws/clients.ts';
import { createActiveSource } from '../collect/active-source.ts';
import type { PollCollector } from '../collect/contract.ts';
import { createEvidence } from '../collect/evidence.ts';
import { fleetOf } from '../collect/fleet-of.ts';
import { createPollRunner } from '../collect/poll-runner.ts';
import { createTailers } from '../collect/tail/tailers.ts';
import type { Config } from '../config/schema.ts';
import type { Instance } from '../fleet/instance.ts';
import { createKubernetesClients, type NamedCluster } from '../kubernetes/clients.ts';
import type { HistoryReader } from '../model/history.ts';
import type { Clock, Disk, Http, Log, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import type { SeriesReader } from '../model/series.ts';
import type { Tracer } from '../model/tracer.ts';
import type { Redactor } from '../redact/redactor.ts';
import { openDeadLetters, type DeadLetter } from '../spool/dead-letters.ts';
import { runSender } from '../spool/sender.ts';
import { openSpool, type Spool } from '../spool/spool.ts';
import { HEAD_KEEPS_MS } from '../store/chunks/chunks.ts';
import { createHead, type Head, type MetricWindows } from '../store/head/head.ts';
import { openStore } from '../store/open-store.ts';
import { createProber } from '../system/prober.ts';
import type { DeliverySources } from '../web/delivery-api.ts';
import { every, everySecond } from './chores.ts';
import { createClients, type Clients } from './clients.ts';
import { fanOut } from './fan-out.ts';
import { fleetSources } from './fleet-sources.ts';
import { allHistory, keepHistory, openHistory } from './history.ts';
import { latenessOf } from './lateness.ts';
import { openFleet } from './live-fleet.ts';
import { redactionWith } from './redaction-of.ts';
import { closeWindows, rollupsOf } from './rollups.ts';
import type { CloseWithin } from './stop-budget.ts';
import { pollSettings, readFromOf, targetsOf } from './targets.ts';
import { createTenantEnds } from './tenant-ends.ts';
import { tracedCollector, tracedStore } from './traced.ts';

/** All series of the head are looked through. */
const END_REMOVED_MS = 10_000;

/** Ends when its signal does; begun again by the supervisor should it fail. */
export type Part = (until: AbortSignal) => Promise<void>;

export interface DataPathOptions {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly random: Random;
  readonly http: Http;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  readonly tracer: Tracer;
  /** The folder that relative paths start from. */
  readonly workingDirectory: string;
  /** The data directory; it is this process's own. */
  readonly directory: string;
  /** The configuration as it is now. */
  readonly config: () => Config;
  /** How far back rules look. */
  readonly windows: MetricWindows;
  /** Polls that act on what was read, made with the head: of whoever judges. */
  readonly actors?: (series: SeriesReader) => readonly PollCollector[];
  /** Goes over what is read, and over what the store says of it. */
  readonly redactor: Redactor;
  /** Aborted at shutdown. */
  readonly signal: AbortSignal;
  readonly closeWithin: CloseWithin;
}

/** From the sources to the store and to the head: what an edge does, and half of what a standalone agent does. */
export interface DataPath {
  readonly spool: Spool;
  readonly head: Head;
  /** Series that have left the head; absent where none are kept. */
  readonly history: HistoryReader | undefined;
  readonly clients: Clients;
  readonly evidence: ReturnType<typeof createEvidence>;
  /** As they are watched now, with their secrets. */
  instances(): readonly Instance[];
  /** The ledger, the spool and the dead letters, for people. */
  readonly delivery: DeliverySources;
  /** What is to be run, by name. */
  readonly parts: Readonly<Record<string, Part>>;
  /** Begins to read files; polls begin with their part. */
  start(): void;
  /** Makes clients and targets those of the configuration, and ends the series of tenants that are gone. */
  reload(): void;
  /** Resolves when every file and connection is closed. */
  ended(): Promise<void>;
}

/** Opens the store, the spool and the head. @throws Failure when the data directory cannot be used */
export async function openDataPath(options: DataPathOptions): Promise<DataPath> {
  const { clock, signal, closeWithin, directory, redactor, metrics } = options;
  const config = options.config();
  const { namespace } = config;
  const opened = await openStore({ ...options, config: config.store, namespace, datasets });
  closeWithin('store', () => opened.close());
  const deadLetters = await openDeadLetters({ ...options, directory: join(directory, 'dead-letters') });
  closeWithin('dead letters', () => deadLetters.close());
  const { max_bytes: maxBytes, policy } = config.spool;
  metrics.set('octowatch_spool_limit_bytes', maxBytes);
  const spool = await openSpool({
    ...options,
    directory: join(directory, 'spool'),
    namespace,
    maxBytes,
    policy,
    ...rollupsOf(config, options),
  });
  closeWithin('spool', () => spool.close());
  const history = await openHistory(options);
  const head = await createHead({
    ...options,
    directory: join(directory, 'head'),
    ...(history === undefined
      ? {}
      : { keepAtLeastMs: HEAD_KEEPS_MS, onRefill: (refilled) => history.rescue(refilled, signal) }),
    datasets,
    windowMs: options.windows.defaultMs,
    windowByMetric: options.windows.byMetric,
    latenessMs: latenessOf(config),
  });
  closeWithin('head', () => head.close());

  const clients = createClients(options);
  const aws = createAwsClients({ ...options, accounts: () => options.config().collectors.aws.accounts });
  const clusters = (): readonly NamedCluster[] => options.config().collectors.kubernetes.clusters;
  const kubernetes = createKubernetesClients({ clock, clusters });
  const finding = { ...options, clients, aws, kubernetes };
  const fleet = await openFleet(config, { ...finding, onChange: follow });
  let targets = targetsOf(config, fleet.instances());
  clients.configure(config, fleet.instances());
  redactor.configure(redactionWith(config, fleet.instances()));
  const readers = createPollCollectors({
    ...options,
    clientFor: (tenant) => clients.get(tenant),
    aws,
    kubernetes,
    prober: createProber(),
    series: head,
    settings: () => options.config().collectors,
    maintenanceWindows: () => options.config().fleet.maintenance_windows,
  });
  const pollCollectors = [...readers, ...(options.actors?.(head) ?? [])].map((collector) =>
    tracedCollector(collector, options),
  );
  const lineCollectors = createLineCollectors(config.collectors);
  const evidence = createEvidence(pollCollectors);
  const reading = {
    ...options,
    writer: fanOut(spool, head, clock, {
      columns: (columns) => redactor.columns(columns, countRedaction),
      text: redactor.text,
    }),
    positions: (source: string) => spool.position(source),
    isSource: createActiveSource({
      prefer: config.collectors.prefer,
      lineCollectors,
      pollCollectors,
      isPolled: ({ name }) => pollSettings(options.config(), name).enabled,
    }),
    fleet: fleetOf(() => targets.instances),
  };
  const poller = createPollRunner({
    ...reading,
    collectors: pollCollectors,
    intervalMs: ({ name }) => pollSettings(options.config(), name).interval,
    onOutcome(outcome) {
      // What was still asked of an instance while it fell asleep tells nothing of it.
      if (outcome.place !== undefined || reading.fleet.find(outcome.tenant)?.asleep !== true)
        evidence.record(outcome);
    },
    onRemoved: (target) => {
      if (target.place !== undefined) evidence.forgetTarget(target);
    },
  });
  const tailers = createTailers({
    ...reading,
    collectors: lineCollectors,
    readFrom: (collector) => readFromOf(config, collector),
    signal,
  });

  const ends = createTenantEnds({ head, evidence, fleet });

  function countRedaction(shape: string): void {
    metrics.increment('octowatch_redactions_total', { shape });
  }

  /** A store's reason may quote a value of the document. */
  function redactReason(letter: DeadLetter): DeadLetter {
    return { ...letter, reason: redactor.text(letter.reason) };
  }

  /** Makes clients and targets those of the fleet as it is now. */
  function follow(): void {
    const now = options.config();
    targets = targetsOf(now, fleet.instances());
    clients.configure(now, fleet.instances());
    redactor.configure(redactionWith(now, fleet.instances()));
    ends.follow(targets.instances);
    poller.setTargets([...targets.polled, ...targets.places]);
    tailers.setTargets(targets.tailed);
  }

  return {
    spool,
    head,
    history: allHistory(history, opened.history),
    clients,
    evidence,
    delivery: {
      ledger: () => spool.ledgerBySource(),
      segments: () => spool.list(),
      deadLetters: (limit) => deadLetters.list(limit),
      replay: (filter) => deadLetters.replay(filter, (lines) => spool.writeRaw('dead-letters', lines)),
    },
    instances: () => fleet.instances(),
    parts: {
      discovery: (until) => fleet.run(until),
      polls: (until) => poller.run([...targets.polled, ...targets.places], until),
      sender: (until) =>
        runSender({
          ...options,
          spool,
          store: tracedStore(opened.store, options),
          deadLetters: {
            write: (letters) => deadLetters.write(letters.map(redactReason)),
            close: () => deadLetters.close(),
          },
          signal: until,
          ...preparationOf(opened),
        }),
      head: (until) => everySecond(clock, until, () => head.tick(clock.now())),
      'removed tenants': (until) => every(END_REMOVED_MS, clock, until, () => ends.endRemoved()),
      rollups: (until) => closeWindows(spool, clock, options.log, until),
      ...(history === undefined
        ? {}
        : { history: (until: AbortSignal) => keepHistory(history, head, clock, until) }),
      retention: (until) => opened.keepTidy(clock, until),
    },
    start() {
      ends.follow(targets.instances);
      tailers.setTargets(targets.tailed);
    },
    reload() {
      fleet.configure(fleetSources(options.config(), finding));
      follow();
    },
    async ended() {
      aws.close();
      await Promise.all([tailers.ended(), kubernetes.close()]);
    },
  };
}

function preparationOf({ prepare }: Awaited<ReturnType<typeof openStore>>): { prepare?: typeof prepare } {
  return prepare === undefined ? {} : { prepare };
}
