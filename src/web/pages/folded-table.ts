import { html } from 'hono/html';
import type { WebSources } from '../sources.ts';
import { glyph, type ShownAlert } from './alert-table.ts';
import { ago, type Html } from './page.ts';

/** One row for each incident that tells of many alerts: they are listed on its page. @param root the way to the first page */
export function foldedTable(
  folded: readonly ShownAlert[],
  { clock, onCall }: Pick<WebSources, 'clock' | 'onCall'>,
  root: string,
): Html {
  const now = clock.now();
  const lines = new Map(
    onCall.dispatcher.incidents().map(({ incident }) => [incident.key, incident.summary]),
  );
  const groups = Map.groupBy(folded, ({ view }) => view?.foldedInto ?? '');
  return html`<table>
    <thead>
      <tr>
        <th scope="col">State</th>
        <th scope="col">One incident for many alerts</th>
        <th scope="col">Since</th>
        <th scope="col">Alerts</th>
      </tr>
    </thead>
    <tbody>
      ${[...groups].map(
        ([key, members]) =>
          html`<tr>
            <td class="nowrap">${glyph('down')} <span class="state down">together</span></td>
            <th scope="row">
              <a href="${root}incidents/${encodeURIComponent(key)}">${lines.get(key) ?? 'not told yet'}</a>
            </th>
            <td>${ago(Math.min(...members.map(({ alert }) => alert.activeAt)), now)}</td>
            <td>${members.length} alerts</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
