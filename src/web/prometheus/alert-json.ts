import type { Alert } from '../../model/alert.ts';
import type { Labels } from '../../model/labels.ts';
import { formatExponent } from './format-sample.ts';

/** An alert as `/alerts` and `/rules` show it (web/api/v1/api.go, `Alert`). */
export interface AlertJson {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'pending' | 'firing';
  readonly activeAt: string;
  readonly keepFiringSince?: string;
  readonly value: string;
}

/** The alerts that are pending or firing; Prometheus forgets the resolved. */
export function activeAlerts(alerts: readonly (Alert & { keepFiringSince?: number })[]): AlertJson[] {
  return alerts.flatMap(({ state, ...alert }) => (state === 'resolved' ? [] : [alertJson(state, alert)]));
}

function alertJson(
  state: AlertJson['state'],
  {
    labels,
    annotations,
    activeAt,
    keepFiringSince,
    value,
  }: Omit<Alert, 'state'> & { keepFiringSince?: number },
): AlertJson {
  return {
    labels,
    annotations,
    state,
    activeAt: goTime(activeAt),
    ...(keepFiringSince === undefined ? {} : { keepFiringSince: goTime(keepFiringSince) }),
    value: formatExponent(value),
  };
}

/** A time as Go writes it; what has not happened is the year 1. */
export function goTime(ms: number | undefined): string {
  return ms === undefined ? '0001-01-01T00:00:00Z' : new Date(ms).toISOString();
}
