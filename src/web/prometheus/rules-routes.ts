import { Hono } from 'hono';
import type { Alert } from '../../model/alert.ts';
import type { GroupStatus, RuleStatus } from '../../ruler/rule-status.ts';
import { activeAlerts, goTime } from './alert-json.ts';
import { answerOf, endpoint } from './answer.ts';
import { filterGroups, pageOf, ruleFilterOf, type RuleFilter } from './rule-filter.ts';

export interface RulesSources {
  /** Alerts in any state. */
  alerts(): readonly Alert[];
  ruleGroups(): readonly GroupStatus[];
}

/** `/rules` and `/alerts` (web/api/v1/api.go, `RuleDiscovery` and `AlertDiscovery`). */
export function rulesRoutes(sources: RulesSources): Hono {
  return new Hono()
    .get(
      '/rules',
      endpoint(
        (form) => {
          const filter = ruleFilterOf(form);
          // Before the answer begins, as a page that is gone is the client's mistake.
          return { filter, page: pageOf(filterGroups(sources.ruleGroups(), filter), filter) };
        },
        ({ filter, page }) =>
          answerOf({ ...page, groups: page.groups.map((group) => groupJson(group, filter)) }),
      ),
    )
    .get(
      '/alerts',
      endpoint(
        () => undefined,
        () => answerOf({ alerts: activeAlerts(sources.alerts()) }),
      ),
    );
}

function groupJson(group: GroupStatus, filter: RuleFilter): object {
  return {
    name: group.name,
    file: group.file,
    rules: group.rules.map((rule) =>
      rule.kind === 'alert' ? alertingJson(rule, filter) : recordingJson(rule),
    ),
    interval: group.intervalMs / 1000,
    limit: group.limit,
    evaluationTime: group.durationMs / 1000,
    lastEvaluation: goTime(group.lastEvaluation),
  };
}

function alertingJson(rule: RuleStatus, { withoutAlerts }: RuleFilter): object {
  return {
    state: rule.state,
    duration: rule.forMs / 1000,
    keepFiringFor: rule.keepFiringForMs / 1000,
    annotations: rule.annotations,
    alerts: withoutAlerts ? null : activeAlerts(rule.alerts),
    ...commonJson(rule),
    type: 'alerting',
  };
}

function recordingJson(rule: RuleStatus): object {
  return { ...commonJson(rule), type: 'recording' };
}

function commonJson({
  name,
  query,
  labels,
  health,
  lastError,
  durationMs,
  lastEvaluation,
}: RuleStatus): object {
  return {
    name,
    query,
    labels,
    health,
    ...(lastError === '' ? {} : { lastError }),
    evaluationTime: durationMs / 1000,
    lastEvaluation: goTime(lastEvaluation),
  };
}
