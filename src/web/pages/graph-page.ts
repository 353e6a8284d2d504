import { html } from 'hono/html';
import { Failure } from '../../model/failure.ts';
import { ParseError } from '../../promql/parse-error.ts';
import type { WebSources } from '../sources.ts';
import { failureStatus } from './failure-status.ts';
import type { Fields } from './form-page.ts';
import { graphPath } from './graph-path.ts';
import { MOST_SERIES, type AskGraph, type Graph } from './graph-query.ts';
import { graphSvg, rangeOf, shortNumber } from './graph-svg.ts';
import { page, type Html } from './page.ts';

const DEFAULT_RANGE = '1h';
const RANGES = ['15m', '1h', '6h', '1d', '7d'];

/** An expression over time, drawn here; `g0.expr` and `g0.range_input` as in Prometheus's addresses. */
export async function graphPage(
  fields: Fields,
  sources: WebSources,
  ask: AskGraph,
  signal: AbortSignal,
): Promise<{ body: Html; status: 200 | 400 | 404 | 503 }> {
  const expression = (fields.get('g0.expr') ?? '').trim();
  const range = (fields.get('g0.range_input') ?? '').trim() || DEFAULT_RANGE;
  try {
    const graph = expression === '' ? undefined : await ask(expression, range, sources.clock.now(), signal);
    return {
      body: framed(sources, expression, range, graph === undefined ? '' : drawn(graph, range)),
      status: 200,
    };
  } catch (error) {
    const status = failureStatus(error);
    if (!(error instanceof Failure) || status === undefined) throw error;
    const words = error instanceof ParseError ? error.rendering : error.message;
    return {
      body: framed(sources, expression, range, html`<pre class="problem" role="alert">${words}</pre>`),
      status,
    };
  }
}

function framed(sources: WebSources, expression: string, range: string, content: Html | ''): Html {
  return page(sources, {
    title: expression === '' ? 'Graph' : `Graph of ${expression}`,
    root: './',
    main: html`<h1>Graph</h1>
      <form method="get">
        <p class="field">
          <label for="expr">Expression</label>
          <textarea class="mono" id="expr" name="g0.expr" rows="3" required>${expression}</textarea>
        </p>
        <p class="field">
          <label for="range">Until now, over</label>
          <input id="range" name="g0.range_input" value="${range}" />
        </p>
        <p><button class="btn" type="submit">Draw</button></p>
      </form>
      ${content}
      ${
        expression === ''
          ? ''
          : html`<p>
              Over ${RANGES.map((each) => html`<a href="${graphPath(expression, each)}">${each}</a> `)}
            </p>`
      }`,
  });
}

function drawn(graph: Graph, range: string): Html {
  const { series, threshold, drawn: expression, warnings } = graph;
  const seen = series.filter(({ points }) => points.length > 0);
  const notes = html`${warnings.map((warning) => html`<p class="problem">${noteOf(warning)}</p>`)}`;
  if (seen.length === 0)
    return html`${notes}
      <p class="quiet">It has no value in the last ${range}.</p>`;
  const sentence = `${seen.length === 1 ? seen[0]?.name : `${seen.length} series`} over ${range}: ${summaryOf(seen)}`;
  return html`${notes}
    <figure>
      ${graphSvg({ ...graph, series: seen }, sentence)}
      <figcaption>
        ${summaryOf(seen)}
        ${
          threshold === undefined
            ? ''
            : html`<br /><span class="quiet"
                  >The dotted line is the threshold ${threshold.operator} ${threshold.value} of
                  <code>${expression}</code>.</span
                >`
        }
      </figcaption>
    </figure>
    ${table(seen)}`;
}

/** `min 1, max 43, now 43` */
function summaryOf(series: Graph['series']): string {
  const ranges = series.map(rangeOf);
  const [low, high] = [
    Math.min(...ranges.map((each) => each.low)),
    Math.max(...ranges.map((each) => each.high)),
  ];
  const now = ranges.length === 1 ? `, now ${shortNumber(ranges[0]?.last ?? Number.NaN)}` : '';
  return `min ${shortNumber(low)}, max ${shortNumber(high)}${now}`;
}

function noteOf(warning: string): string {
  return warning === 'results truncated due to limit'
    ? `Only the first ${MOST_SERIES} series are drawn: select fewer, or wrap it in topk(${MOST_SERIES}, …).`
    : warning;
}

function table(series: Graph['series']): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Series</th>
        <th scope="col">Min</th>
        <th scope="col">Max</th>
        <th scope="col">Now</th>
      </tr>
    </thead>
    <tbody>
      ${series.map((each, index) => {
        const { low, high, last } = rangeOf(each);
        return html`<tr>
          <th scope="row" class="mono">${series.length > 1 ? `${index + 1} ` : ''}${each.name}</th>
          <td>min ${shortNumber(low)}</td>
          <td>max ${shortNumber(high)}</td>
          <td>now ${shortNumber(last)}</td>
        </tr>`;
      })}
    </tbody>
  </table>`;
}
