import { dataSource, PAGE } from '../grafana/variables.ts';

/** The Prometheus that scrapes the agents, and which of them are shown. */
export const agentVariables: readonly object[] = [
  dataSource('prometheus', 'Prometheus', 'prometheus'),
  {
    name: 'instance',
    label: 'Agent',
    type: 'query',
    datasource: { type: 'prometheus', uid: '${prometheus}' },
    query: { query: 'label_values(octowatch_build_info, instance)', refId: 'A' },
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { selected: true, text: ['All'], value: ['$__all'] },
  },
  PAGE,
];
