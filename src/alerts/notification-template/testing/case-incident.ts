import type { Alert } from '../../../model/alert.ts';
import type { Incident } from '../../../model/incident.ts';

const NOON = Date.UTC(2026, 6, 1, 12, 0, 0, 500);

function alert(part: Partial<Alert>): Alert {
  return {
    key: 'k',
    group: 'g',
    labels: {},
    annotations: {},
    state: 'firing',
    value: 1.5,
    activeAt: NOON,
    expression: 'up{job="a"} == 0',
    ...part,
  };
}

/** What the cases of notification templates are filled with. */
export const CASE_INCIDENT: Incident = {
  key: 'deadbeef',
  sequence: '1',
  receiver: 'team+a (<on call>)',
  status: 'firing',
  severity: 'page',
  summary: 'acme: down for 2 min',
  groupLabels: { alertname: 'OctopusDown', tenant: 'acme' },
  commonLabels: { alertname: 'OctopusDown', tenant: 'acme', __proto__x: '<b>"&\'+</b>' },
  commonAnnotations: { runbook_url: 'https://runbooks.example/down?a=1&b=2' },
  alerts: [
    alert({
      labels: { alertname: 'OctopusDown', tenant: 'acme', node: 'octo-0', SortedPairs: 'mine' },
      annotations: { summary: 'acme: down\nfor 2 min' },
    }),
    alert({
      labels: { tenant: 'acme', node: 'octo-1', alertname: 'OctopusDown' },
      annotations: { summary: 'javascript:alert(1)' },
      state: 'resolved',
      resolvedAt: NOON + 61_000,
    }),
  ],
  startsAt: NOON,
  heals: ['octopus-task-cancel did not help: gone'],
  details: {
    impact: 'acme: down for 2 min',
    action: 'Look at <its log>',
    alsoFiring: [],
    shared: [],
    notes: ['PagerDuty unreachable for 5 min: sent to Slack'],
    links: {
      incident: 'https://watch.example/incidents/deadbeef',
      silence: 'https://watch.example/silences/new',
    },
  },
  externalUrl: 'https://watch.example/a b',
};
