import { dataSource, PAGE } from '../grafana/variables.ts';

/** Data sources, tenants and the width of the buckets. */
export const fleetVariables: readonly object[] = [
  dataSource('metrics', 'Gauges', 'elasticsearch', 'octowatch metrics'),
  dataSource('events', 'Events', 'elasticsearch', 'octowatch events'),
  {
    name: 'tenant',
    label: 'Tenant',
    type: 'query',
    datasource: { type: 'elasticsearch', uid: '${metrics}' },
    query: '{"find": "terms", "field": "tenant", "query": "_exists_:octopus_ping_up"}',
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '*',
    current: { selected: true, text: ['All'], value: ['$__all'] },
  },
  interval(['1m', '5m', '30m', '3h', '1d']),
  PAGE,
];

/** The width of the buckets that things are counted in. */
function interval(widths: readonly string[]): object {
  const options = widths.map((width, index) => ({ selected: index === 0, text: width, value: width }));
  return {
    name: 'interval',
    label: 'Count per',
    type: 'interval',
    query: widths.join(','),
    options,
    current: options[0],
    auto: false,
    refresh: 2,
  };
}
