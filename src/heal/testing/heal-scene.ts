import { DatabaseSync } from 'node:sqlite';
import type { Alert } from '../../model/alert.ts';
import type { Remedy, Step } from '../../model/plan.ts';
import type { Clock, Log } from '../../model/ports.ts';
import { NO_METRICS } from '../../model/self-metrics.ts';
import type { Span } from '../../model/tracer.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { HealJournal } from '../heal-journal.ts';
import { createHealer, type Healer, type HealSettings } from '../healer.ts';

export const MINUTE = 60_000;
const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** A firing alert of acme that names the remedy `fake`. */
export function alert(over: Partial<Alert> = {}): Alert {
  return {
    key: 'k1',
    group: 'g',
    state: 'firing',
    value: 400,
    activeAt: 0,
    firedAt: 0,
    labels: { alertname: 'OctopusSchedulerStalled', tenant: 'acme', name: 'RecurringScheduledDeployments' },
    annotations: { remedy: 'fake' },
    ...over,
  };
}

export function alertOf(tenant: string, over: Partial<Alert> = {}): Alert {
  return alert({ key: tenant, labels: { alertname: `Stalled-${tenant}`, tenant }, ...over });
}

function stepFor({ labels, activeAt, key }: Alert): Step {
  const { tenant = '' } = labels;
  return {
    id: `fake:${tenant}:${key}:${activeAt}`,
    remedy: 'fake',
    tenant,
    description: 'cancel ServerTasks-1',
    undo: 'none',
    params: {},
  };
}

export interface HealScene {
  readonly healer: Healer;
  readonly clock: VirtualClock;
  readonly journal: HealJournal;
  /** What the remedy was asked to do. */
  readonly calls: string[];
  readonly changes: number[];
  readonly spans: Span[];
  readonly stop: AbortController;
  /** May be changed at any time, as by a reload. */
  readonly settings: { -readonly [Key in keyof HealSettings]: HealSettings[Key] };
}

export interface HealSceneOptions {
  readonly armed?: boolean;
  /** Whether a person may have it run. */
  readonly suggested?: boolean;
  readonly remedy?: Partial<Remedy>;
  readonly database?: DatabaseSync;
  readonly journal?: HealJournal;
  readonly clock?: VirtualClock;
  /** The clock as the healer sees it. */
  readonly seenClock?: Clock;
  readonly isEvaluated?: () => boolean;
}

/** A healer on a virtual clock with one remedy, `fake`, that cancels one task. */
export function healScene(options: HealSceneOptions = {}): HealScene {
  const { clock = new VirtualClock(), database = new DatabaseSync(':memory:') } = options;
  const journal = options.journal ?? new HealJournal(database);
  const calls: string[] = [];
  const changes: number[] = [];
  const spans: Span[] = [];
  const stop = new AbortController();
  const settings = {
    armed: new Set(options.armed === false ? [] : ['fake']),
    suggested: new Set(options.suggested === true ? ['fake'] : []),
    limits: { perTenantHour: 2, perHour: 3, perDay: 50, cooldownMs: 10 * MINUTE, stormTenants: 2 },
    pageAfterMs: 5 * MINUTE,
    verifyWithinMs: 2 * MINUTE,
  };
  const remedy: Remedy = {
    name: 'fake',
    plan: (target) =>
      Promise.resolve({
        remedy: 'fake',
        alertKey: target.key,
        tenant: target.labels['tenant'] ?? '',
        steps: [stepFor(target)],
      }),
    apply(applied) {
      calls.push(`apply ${applied.tenant}`);
      return Promise.resolve({ status: 'applied', detail: applied.description });
    },
    reconcile({ step }) {
      calls.push(`look ${step.tenant}`);
      return Promise.resolve('applied');
    },
    ...options.remedy,
  };
  const healer = createHealer({
    remedies: new Map([['fake', remedy]]),
    settings: () => settings,
    journal,
    isEvaluated: options.isEvaluated ?? (() => true),
    clock: options.seenClock ?? clock,
    log: silent,
    metrics: NO_METRICS,
    tracer: { record: (span) => spans.push(span) },
    signal: stop.signal,
    onChange: () => changes.push(clock.now()),
  });
  return { healer, clock, journal, calls, changes, spans, stop, settings };
}
