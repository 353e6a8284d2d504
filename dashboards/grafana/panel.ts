import type { PrometheusQuery } from './prometheus-query.ts';
import type { ElasticsearchQuery, MathQuery } from './query.ts';

const COLUMNS = 24;

/** Only trouble has colour. */
export const COLOR = {
  quiet: 'text',
  down: 'red',
  degraded: 'orange',
  healthy: 'rgb(183, 210, 200)',
} as const;

/** Grafana's units that we use. */
export type Unit = 's' | 'short' | 'percentunit' | 'none' | 'bytes' | 'cps';

/** A colour from a value on: the first without one is for all below. */
export interface Threshold {
  readonly from?: number;
  readonly color: string;
}

/** What a panel shows; `width` is in 24ths of the page, `height` in Grafana's rows. */
export interface PanelOptions {
  readonly title: string;
  readonly description: string;
  readonly unit: Unit;
  readonly width: number;
  readonly height?: number;
  readonly queries: readonly (ElasticsearchQuery | MathQuery | PrometheusQuery)[];
  readonly thresholds?: readonly Threshold[];
}

export interface Panel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: Position;
  readonly [option: string]: unknown;
}

export interface Position {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Series of values over time. */
export function timeSeries(options: PanelOptions & { readonly draw?: 'lines' | 'stack' | 'bars' }): Panel {
  const { draw = 'lines' } = options;
  const custom = {
    drawStyle: draw === 'bars' ? 'bars' : 'line',
    lineWidth: 1,
    fillOpacity: draw === 'lines' ? 0 : 40,
    showPoints: 'never',
    spanNulls: false,
    stacking: { mode: draw === 'lines' ? 'none' : 'normal', group: 'A' },
    thresholdsStyle: { mode: options.thresholds === undefined ? 'off' : 'line' },
  };
  return panel('timeseries', options, custom, {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
    tooltip: { mode: 'multi', sort: 'desc' },
  });
}

/** One number: of all values of the time range, what `calc` makes of them. */
export function stat(options: PanelOptions & { readonly calc: 'lastNotNull' | 'max' | 'sum' }): Panel {
  return panel(
    'stat',
    { height: 4, ...options },
    {},
    {
      reduceOptions: { calcs: [options.calc], fields: '', values: false },
      colorMode: 'value',
      graphMode: 'area',
      textMode: 'value',
    },
  );
}

/** What a state was when, a line for each series; `states` are the words for values. */
export function stateTimeline(
  options: PanelOptions & {
    readonly states: Readonly<Record<number, { readonly text: string; readonly color: string }>>;
  },
): Panel {
  const drawing = {
    mergeValues: true,
    showValue: 'never',
    rowHeight: 0.8,
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
    tooltip: { mode: 'single' },
  };
  const mappings = [{ type: 'value', options: options.states }];
  return panel('state-timeline', options, { fillOpacity: 80, lineWidth: 0 }, drawing, { mappings });
}

/** A heading above panels. */
export function heading(title: string): Panel {
  return { type: 'row', title, collapsed: false, panels: [], gridPos: { x: 0, y: 0, w: COLUMNS, h: 1 } };
}

/** Puts panels into rows from left to right, and numbers them. */
export function layOut(panels: readonly Panel[]): Panel[] {
  let [x, y, rowHeight] = [0, 0, 0];
  return panels.map((each, index) => {
    const { w, h } = each.gridPos;
    if (x + w > COLUMNS) [x, y, rowHeight] = [0, y + rowHeight, 0];
    const placed = { ...each, id: index + 1, gridPos: { x, y, w, h } };
    x += w;
    rowHeight = Math.max(rowHeight, h);
    return placed;
  });
}

function panel(
  type: string,
  options: PanelOptions,
  custom: object,
  drawing: object,
  more: object = {},
): Panel {
  const { title, description, width, height = 8, queries } = options;
  return {
    type,
    title,
    description,
    gridPos: { x: 0, y: 0, w: width, h: height },
    datasource: queries[0]?.datasource,
    targets: queries.map((query, index) => ({ refId: String.fromCodePoint(65 + index), ...query })),
    fieldConfig: fieldConfig(options, custom, more),
    options: drawing,
  };
}

function fieldConfig({ unit, thresholds }: PanelOptions, custom: object, more: object): object {
  const steps = (thresholds ?? [{ color: 'text' }]).map(({ from = null, color }) => ({ color, value: from }));
  const color = { mode: thresholds === undefined ? 'palette-classic' : 'thresholds' };
  return {
    defaults: { unit, min: 0, color, thresholds: { mode: 'absolute', steps }, custom, ...more },
    overrides: [],
  };
}
