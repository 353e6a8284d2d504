import { layOut, type Panel } from './panel.ts';

export interface DashboardOptions {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** What can be chosen at its top: Grafana's template variables. */
  readonly variables: readonly object[];
  readonly panels: readonly Panel[];
}

/** A dashboard in the form that Grafana reads from files (schema version 39: Grafana 11 and newer). */
export type Dashboard = Readonly<Record<string, unknown>> & {
  readonly panels: readonly Panel[];
};

/** A dashboard of octowatch; it links to octowatch's own page, whose address is the variable `octowatch`. */
export function dashboard({ uid, title, description, variables, panels }: DashboardOptions): Dashboard {
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
    templating: { list: variables },
    annotations: { list: [] },
    panels: layOut(panels),
  };
}
