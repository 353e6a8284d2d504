/** A query as Grafana's Prometheus data source keeps it, without its `refId`. */
export interface PrometheusQuery {
  readonly datasource: { readonly type: 'prometheus'; readonly uid: string };
  readonly expr: string;
  /** A series' name; `{{outcome}}` is a label of it. */
  readonly legendFormat: string;
  readonly range: true;
}

/** PromQL over time; `$__rate_interval` is a range that fits how often Prometheus scrapes. */
export function promql(expr: string, legendFormat: string): PrometheusQuery {
  return {
    datasource: { type: 'prometheus', uid: '${prometheus}' },
    expr,
    legendFormat,
    range: true,
  };
}
