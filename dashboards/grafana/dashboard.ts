import { layOut, type Panel } from './panel.ts';

export interface DashboardOptions {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly panels: readonly Panel[];
}

/** A dashboard in the form that Grafana reads from files (schema version 39: Grafana 11 and newer). */
export type Dashboard = Readonly<Record<string, unknown>> & {
  readonly panels: readonly Panel[];
};

/**
 * A dashboard over octowatch's streams: the data sources, the tenants and the bucket width are variables, and it links
 * to octowatch's own page.
 */
export function dashboard({ uid, title, description, panels }: DashboardOptions): Dashboard {
  return {
    uid,
    title,
    description,
    tags: ['octowatch'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '1m',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    links: [
      {
        title: 'octowatch: alerts and heals, now',
        type: 'link',
        icon: 'external link',
        url: '${octowatch:raw}',
        targetBlank: true,
        tags: [],
      },
    ],
    templating: { list: variables() },
    annotations: { list: [] },
    panels: layOut(panels),
  };
}

function variables(): object[] {
  return [
    source('metrics', 'Gauges', 'octowatch metrics'),
    source('events', 'Events', 'octowatch events'),
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
    {
      name: 'octowatch',
      label: 'Page',
      type: 'textbox',
      query: 'http://127.0.0.1:9464/',
      current: { selected: true, text: 'http://127.0.0.1:9464/', value: 'http://127.0.0.1:9464/' },
    },
  ];
}

function source(name: string, label: string, provisionedAs: string): object {
  return { name, label, type: 'datasource', query: 'elasticsearch', regex: `/${provisionedAs}/`, refresh: 1 };
}

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
