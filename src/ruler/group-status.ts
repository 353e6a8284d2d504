import type { Span } from '../model/tracer.ts';
import type { GroupState, RuleState } from './group-state.ts';
import type { GroupStatus, RuleState as State, RuleStatus } from './rule-status.ts';
import type { SavedAlert } from './saved-alert.ts';

/** A group as the web page and `/api/v1/rules` show it. */
export function statusOf(state: GroupState): GroupStatus {
  return {
    id: state.id,
    name: state.group.name,
    file: state.group.file,
    intervalMs: state.intervalMs,
    limit: state.group.limit,
    queryOffsetMs: state.group.queryOffsetMs,
    ...(state.lastEvaluation === undefined ? {} : { lastEvaluation: state.lastEvaluation }),
    durationMs: state.durationMs,
    rules: state.rules.map(ruleStatus),
  };
}

/** The alerts of a rule as they are now, whatever their state; none of a recording rule. */
export function currentAlerts({ alerting }: RuleState): readonly SavedAlert[] {
  return alerting?.current() ?? [];
}

function ruleStatus(state: RuleState): RuleStatus {
  const { rule } = state;
  const alerts = currentAlerts(state).filter((alert) => alert.state !== 'resolved');
  return {
    kind: rule.kind,
    name: rule.name,
    query: rule.text,
    labels: rule.labels,
    annotations: rule.kind === 'alert' ? rule.annotations : {},
    forMs: rule.kind === 'alert' ? rule.forMs : 0,
    keepFiringForMs: rule.kind === 'alert' ? rule.keepFiringForMs : 0,
    state: alertingState(state, alerts),
    health: state.health,
    lastError: state.lastError,
    ...(state.lastEvaluation === undefined ? {} : { lastEvaluation: state.lastEvaluation }),
    durationMs: state.durationMs,
    alerts,
  };
}

function alertingState({ alerting, lastEvaluation }: RuleState, alerts: readonly SavedAlert[]): State {
  if (alerting === undefined || lastEvaluation === undefined) return 'unknown';
  if (alerts.some(({ state }) => state === 'firing')) return 'firing';
  return alerts.length > 0 ? 'pending' : 'inactive';
}

/** What a tracing system is told of an evaluation that has ended. */
export function evaluationSpan({ id, rules, durationMs }: GroupState, startedAt: number): Span {
  const failed = rules.filter(({ health }) => health === 'err').length;
  return {
    name: `evaluate ${id}`,
    startedAt,
    endedAt: startedAt + durationMs,
    attributes: { rule_group: id, rules: rules.length, failed },
    ...(failed === 0 ? {} : { error: 'rule_failed' }),
  };
}
