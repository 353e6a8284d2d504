import { alertingPanels } from './agent/alerting-panels.ts';
import { collectionPanels } from './agent/collection-panels.ts';
import { deliveryPanels } from './agent/delivery-panels.ts';
import { overviewPanels } from './agent/overview-panels.ts';
import { processPanels } from './agent/process-panels.ts';
import { agentVariables } from './agent/variables.ts';
import { dashboard, type Dashboard } from './grafana/dashboard.ts';

/** octowatch itself: whether everything read arrives, what rules and receivers do, what it takes of the machine. */
export const agentDashboard: Dashboard = dashboard({
  uid: 'octowatch-agent',
  title: 'octowatch',
  description: 'The agents themselves, from a Prometheus that scrapes their /metrics.',
  variables: agentVariables,
  panels: [...overviewPanels, ...deliveryPanels, ...collectionPanels, ...alertingPanels, ...processPanels],
});
