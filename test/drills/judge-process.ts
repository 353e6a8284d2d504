import type { DatabaseSync } from 'node:sqlite';
import type { PollCollector } from '../../src/collect/contract.ts';
import { createEvidence, type PollEvidence } from '../../src/collect/evidence.ts';
import type { AlertSink } from '../../src/model/alert.ts';
import { ColumnBatch } from '../../src/model/column-batch.ts';
import { defineDataset } from '../../src/model/dataset.ts';
import { Failure } from '../../src/model/failure.ts';
import { formatLabels } from '../../src/model/labels.ts';
import type { Clock, Disk } from '../../src/model/ports.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { evaluateInstant } from '../../src/promql/evaluate.ts';
import { parseExpression } from '../../src/promql/parser.ts';
import type { RuleGroup } from '../../src/ruler/rule.ts';
import { createRuler, type Ruler } from '../../src/ruler/ruler.ts';
import { createSqliteAlertState } from '../../src/ruler/sqlite-alert-state.ts';
import { windowsOf } from '../../src/ruler/windows.ts';
import { createHead, type Head } from '../../src/store/head/head.ts';
import { silentLog } from '../fakes/silent-log.ts';
import type { KillSwitch } from './kill-switch.ts';
import { TENANTS, type Round } from './story.ts';

const HELP = 'Of the drill.';
const fleet = defineDataset({
  name: 'drill',
  kind: 'gauge',
  help: HELP,
  dimensions: {},
  metrics: {
    octopus_drill: { type: 'gauge', unit: 'none', help: HELP },
    octopus_drill_errors_total: { type: 'counter', unit: 'none', help: HELP },
  },
});
const info = defineDataset({
  name: 'drill_info',
  kind: 'gauge',
  help: HELP,
  dimensions: { version: { help: HELP } },
  metrics: { octopus_drill_info: { type: 'gauge', unit: 'none', help: HELP } },
});
const datasets = [fleet, info];
const collector = { name: 'drill', datasets } as unknown as PollCollector;

export interface JudgeOptions {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly journal: DatabaseSync;
  readonly rules: readonly RuleGroup[];
  readonly holdForMs: number;
  readonly life: KillSwitch;
  readonly tell: AlertSink['update'];
  /** Default: the ruler's own. */
  readonly restoreGraceMs?: number | undefined;
}

/** Head, evidence, ruler and journal as the agent has them, and nothing else: no store, no network. */
export class JudgeProcess {
  readonly #head: Head;
  readonly #evidence: PollEvidence = createEvidence([collector]);
  readonly ruler: Ruler;

  private constructor(options: JudgeOptions, head: Head) {
    const { clock, journal, life, rules, holdForMs } = options;
    this.#head = head;
    const store = createSqliteAlertState(journal);
    this.ruler = createRuler({
      reader: head,
      writers: (name) => guarded(life, head.writer(name)),
      clock,
      sink: guarded(life, { update: options.tell }),
      evidence: this.#evidence,
      store: { ...guarded(life, { save: store.save }), load: store.load },
      externalLabels: {},
      redact: (text) => text,
      holdForMs,
      refreshMs: 0,
      ...(options.restoreGraceMs === undefined ? {} : { restoreGraceMs: options.restoreGraceMs }),
      defaultIntervalMs: 15_000,
      log: silentLog,
      metrics: NO_METRICS,
      beforeEvaluation: (now) => head.refresh(now),
    });
    this.ruler.load(rules);
  }

  static async start(options: JudgeOptions): Promise<JudgeProcess> {
    const windows = windowsOf(options.rules);
    const head = await createHead({
      ...options,
      directory: 'head',
      datasets,
      windowMs: Math.max(windows.defaultMs, ...windows.byMetric.values()),
      log: silentLog,
      metrics: NO_METRICS,
    });
    head.setWindows(windows);
    return new JudgeProcess(options, head);
  }

  /** Goes on with other rules, as at a reload. */
  use(rules: readonly RuleGroup[]): void {
    this.ruler.load(rules);
  }

  /** Takes what the polls of a round yield. */
  poll({ polls }: Round, now: number): void {
    for (const tenant of TENANTS) {
      const poll = polls[tenant];
      const failure = poll === undefined ? new Failure('timeout', 'no answer') : undefined;
      if (poll !== undefined) {
        const { value, errors, version } = poll;
        const batch = new ColumnBatch();
        const values = { octopus_drill: value, octopus_drill_errors_total: errors };
        batch.add({ dataset: fleet, time: now, dimensions: {}, values }, tenant);
        batch.add(
          { dataset: info, time: now, dimensions: { version }, values: { octopus_drill_info: 1 } },
          tenant,
        );
        this.#head.ingest(batch, now, { source: `drill:${tenant}`, complete: { tenant, datasets } });
      }
      this.#evidence.record({ collector: 'drill', tenant, at: now, failure });
    }
  }

  /** Evaluates all rules. */
  judge(now: number): void {
    for (const { id } of this.ruler.status()) this.ruler.evaluateGroup(id, now);
  }

  /** What a query finds in the head, as text. */
  find(query: string, time: number): string[] {
    const value = evaluateInstant(parseExpression(query), { reader: this.#head, time });
    if (value.type !== 'vector') return [];
    return value.labels.map((labels, index) => `${formatLabels(labels)} ${value.values[index]}`).toSorted();
  }

  flush(): Promise<void> {
    return this.#head.flush();
  }

  /** Lets go of what a killed process held. */
  async stop(): Promise<void> {
    await this.#head.close();
  }
}

/** The same functions, each of them an effect that may kill the process before it or right after. */
function guarded<T extends object>(life: KillSwitch, target: T): T {
  return new Proxy(target, {
    get(from, name) {
      const member: unknown = Reflect.get(from, name);
      if (typeof member !== 'function') return member;
      return (...given: readonly unknown[]) => {
        life.step();
        const answer: unknown = Reflect.apply(member, from, [...given]);
        life.step();
        return answer;
      };
    },
  });
}
