import { labelsKey, type Labels } from '../model/labels.ts';
import type { SeriesWriter, SeriesWriters } from '../model/series-writer.ts';
import type { PreparedQuery } from '../promql/prepare.ts';
import { AlertSeries } from './alert-series.ts';
import { AlertingRuleState } from './alerting-rule-state.ts';
import { Recording } from './recording.ts';
import { ruleInputs } from './rule-inputs.ts';
import type { RuleHealth } from './rule-status.ts';
import type { Rule, RuleGroup } from './rule.ts';

/** A rule at work: its query, what it writes, its alerts, how its last evaluation went. */
export interface RuleState {
  readonly rule: Rule;
  /** Equal for the same rule over reloads and restarts: group, name, labels. */
  readonly identity: string;
  /** The metrics it reads in the end: other rules that it reads followed back. */
  readonly metrics: readonly string[];
  /** Where its series go. */
  readonly writer: SeriesWriter;
  /** Absent until the first evaluation. */
  query: PreparedQuery | undefined;
  /** Of a recording rule. */
  readonly recording: Recording | undefined;
  /** Of an alerting rule. */
  readonly alerting: AlertingRuleState | undefined;
  readonly alertSeries: AlertSeries | undefined;
  health: RuleHealth;
  lastError: string;
  lastEvaluation: number | undefined;
  durationMs: number;
}

/** A group at work. */
export interface GroupState {
  /** Its name; with its file where another file has a group of that name. */
  readonly id: string;
  readonly group: RuleGroup;
  readonly intervalMs: number;
  readonly rules: readonly RuleState[];
  lastEvaluation: number | undefined;
  /** When the sink was told of its alerts, ms. */
  toldAt: number | undefined;
  durationMs: number;
}

/** The states of freshly loaded groups, nothing evaluated yet. */
export function createGroupStates(
  groups: readonly RuleGroup[],
  defaultIntervalMs: number,
  writers: SeriesWriters,
): GroupState[] {
  const inputsOf = ruleInputs(groups.flatMap(({ rules }) => rules));
  const ids = new Set<string>();
  return groups.map((group) => {
    const id = ids.has(group.name) ? `${group.name} (${group.file})` : group.name;
    ids.add(id);
    const intervalMs = group.intervalMs ?? defaultIntervalMs;
    const rules = createRuleStates(group, id, inputsOf, writers);
    return { id, group, intervalMs, rules, lastEvaluation: undefined, toldAt: undefined, durationMs: 0 };
  });
}

/** The identity of a rule: what its state is kept by, and the name of its writer. */
export function ruleIdentity(groupId: string, rule: string, ruleKey: string): string {
  return JSON.stringify([groupId, rule, ruleKey]);
}

function createRuleStates(
  group: RuleGroup,
  id: string,
  inputsOf: (rule: Rule) => readonly string[],
  writers: SeriesWriters,
): RuleState[] {
  const seen = new Map<string, number>();
  return group.rules.map((rule) => {
    const ruleKey = uniqueKey(seen, rule.name, rule.labels);
    const identity = ruleIdentity(id, rule.name, ruleKey);
    const writer = writers(identity);
    return {
      rule,
      identity,
      metrics: inputsOf(rule),
      writer,
      query: undefined,
      recording: rule.kind === 'record' ? new Recording(rule, writer) : undefined,
      alerting: rule.kind === 'alert' ? new AlertingRuleState(rule, id, ruleKey) : undefined,
      alertSeries: rule.kind === 'alert' ? new AlertSeries(writer) : undefined,
      health: 'unknown',
      lastError: '',
      lastEvaluation: undefined,
      durationMs: 0,
    };
  });
}

function uniqueKey(seen: Map<string, number>, name: string, labels: Labels): string {
  const key = labelsKey(labels);
  const count = seen.get(`${name}\u0000${key}`) ?? 0;
  seen.set(`${name}\u0000${key}`, count + 1);
  return count === 0 ? key : `${key}#${count}`;
}
