import { nodePanels } from './fleet/node-panels.ts';
import { overviewPanels } from './fleet/overview-panels.ts';
import { taskPanels } from './fleet/task-panels.ts';
import { fleetVariables } from './fleet/variables.ts';
import { webPanels } from './fleet/web-panels.ts';
import { dashboard, type Dashboard } from './grafana/dashboard.ts';

/** The health of the fleet over time: who answers, how tasks flow, how the web API does, what nodes are in. */
export const fleetDashboard: Dashboard = dashboard({
  uid: 'octowatch-fleet',
  title: 'Octopus fleet',
  description:
    'All Octopus servers that octowatch watches, from its streams in Elasticsearch. What fires right now, and what is being healed, is on the page of octowatch itself.',
  variables: fleetVariables,
  panels: [...overviewPanels, ...taskPanels, ...webPanels, ...nodePanels],
});
