import { html } from 'hono/html';
import { sayTime } from '../../alerts/mute/say-time.ts';
import type { Graph, GraphSeries } from './graph-query.ts';
import type { Html } from './page.ts';

const [WIDTH, HEIGHT] = [720, 280];
/** Where lines are drawn; above and below stand labels, to the right the numbers of lines. */
const AREA = { left: 0, right: 692, top: 24, bottom: 244 };
const LABEL_PX = 12;

/** A value as it is read: four digits. */
export function shortNumber(value: number): string {
  return `${Number(value.toPrecision(4))}`;
}

/** The lowest, highest and last value. */
export function rangeOf({ points }: GraphSeries): { low: number; high: number; last: number } {
  const values = points.map(([, value]) => value);
  return {
    low: values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    high: values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    last: values.at(-1) ?? Number.NaN,
  };
}

/** Lines over time, numbered where they are several, with three time labels and the threshold. @param sentence says it */
export function graphSvg(graph: Graph, sentence: string): Html {
  const { series, start, end, threshold, stepMs } = graph;
  const ranges = series.map(rangeOf);
  const bounds = [
    ...ranges.flatMap(({ low, high }) => [low, high]),
    ...(threshold === undefined ? [] : [threshold.value]),
  ];
  const [low, high] = [Math.min(...bounds), Math.max(...bounds)];
  const x = (time: number): number => AREA.left + ((time - start) / (end - start)) * (AREA.right - AREA.left);
  const y = (value: number): number =>
    high === low
      ? (AREA.top + AREA.bottom) / 2
      : AREA.bottom - ((value - low) / (high - low)) * (AREA.bottom - AREA.top);
  const numbers = spread(series.map(({ points }) => y(points.at(-1)?.[1] ?? low)));
  return html`<svg
    role="img"
    aria-label="${sentence}"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    ${series.length > 1 ? html`class="many"` : ''}
  >
    <path class="axis" d="M${AREA.left} ${AREA.bottom}H${AREA.right}" />
    <text x="0" y="${AREA.top - 8}">${shortNumber(high)}</text>
    <text x="0" y="${AREA.bottom - 6}">${high === low ? '' : shortNumber(low)}</text>
    ${
      threshold === undefined
        ? ''
        : html`<path class="threshold" d="M${AREA.left} ${px(y(threshold.value))}H${AREA.right}" />
            <text x="${AREA.right / 2}" y="${px(y(threshold.value) - 4)}" text-anchor="middle">
              threshold ${threshold.operator} ${shortNumber(threshold.value)}
            </text>`
    }
    ${series.map(({ points }) => html`<path class="line" d="${pathOf(points, x, y, stepMs)}" />`)}
    ${
      series.length < 2
        ? ''
        : numbers.map(
            (top, index) => html`<text x="${AREA.right + 6}" y="${px(top + 4)}">${index + 1}</text>`,
          )
    }
    ${timeLabels(start, end)}
  </svg>`;
}

function timeLabels(start: number, end: number): Html {
  const middle = (start + end) / 2;
  const label = (x: number, anchor: string, time: number): Html =>
    html`<text x="${px(x)}" y="${AREA.bottom + 20}" text-anchor="${anchor}">${sayTime(time, end)}</text>`;
  return html`${label(AREA.left, 'start', start)} ${label((AREA.left + AREA.right) / 2, 'middle', middle)}
  ${label(AREA.right, 'end', end)}`;
}

/** A line with a hole wherever a step has no value; a point alone is a dot. */
function pathOf(
  points: GraphSeries['points'],
  x: (time: number) => number,
  y: (value: number) => number,
  stepMs: number,
): string {
  let before = Number.NEGATIVE_INFINITY;
  let path = '';
  for (const [time, value] of points) {
    const isJoined = time - before <= stepMs * 1.5;
    path += isJoined ? `L${px(x(time))} ${px(y(value))}` : `M${px(x(time))} ${px(y(value))}h.1`;
    before = time;
  }
  return path;
}

/** Heights of labels that stand at these heights, moved so that none covers another. */
function spread(heights: readonly number[]): number[] {
  const order = heights.map((height, index) => ({ height, index })).toSorted((a, b) => a.height - b.height);
  const spaced: number[] = [];
  let next = 0;
  for (const [place, { height, index }] of order.entries()) {
    const room = HEIGHT - LABEL_PX * (order.length - place);
    next = Math.max(Math.min(height, room), next);
    spaced[index] = next;
    next += LABEL_PX;
  }
  return spaced;
}

function px(value: number): string {
  return `${Math.round(value * 10) / 10}`;
}
