import { html } from 'hono/html';
import { formatMatchers } from '../../alerts/matchers/format-matcher.ts';
import { toMatcher } from '../../alerts/mute/silence-matchers.ts';
import { Failure } from '../../model/failure.ts';
import type { Silence } from '../../model/silence.ts';
import type { WebSources } from '../sources.ts';
import { personFields, problemOf } from './form-fields.ts';
import type { FormPage } from './form-page.ts';
import { at, page, type Html } from './page.ts';

/** Silences that hide something, or will, those that end next first. */
export function silencesPage(sources: WebSources): Html {
  const { silences } = sources.alertmanager;
  const now = sources.clock.now();
  const shown = silences
    .all()
    .filter((silence) => silences.stateOf(silence) !== 'expired')
    .toSorted((a, b) => a.endsAt - b.endsAt);
  const active = shown.filter((silence) => silences.stateOf(silence) === 'active').length;
  const title =
    active === 0
      ? 'Nothing is silenced'
      : active === 1
        ? '1 silence is active'
        : `${active} silences are active`;
  return page(sources, {
    title,
    root: './',
    main: html`<h1>${title}</h1>
      <p><a class="btn" href="silences/new">New silence</a></p>
      ${shown.length === 0 ? '' : table(shown, sources, now)}`,
  });
}

/** Asks whether to end a silence, and ends it. */
export function expireSilencePage(sources: WebSources): FormPage {
  const { silences, dispatcher, audit } = sources.alertmanager;

  function find(id = ''): Silence {
    const silence = silences.find(id);
    if (silence === undefined) throw new Failure('not_found', `no silence ${id} is known`);
    return silence;
  }

  return {
    show(context, state) {
      const silence = find(context.req.param('id'));
      const isOver = silences.stateOf(silence) === 'expired';
      const title = isOver ? 'This silence has ended' : 'End this silence now';
      return page(sources, {
        title,
        root: '../../',
        main: html`<div class="narrow">
          <h1>${title}</h1>
          <p class="mono">${words(silence)}</p>
          <p>${silence.comment} <span class="quiet">by ${silence.createdBy}</span></p>
          ${problemOf(state)}
          ${
            isOver
              ? html`<p><a class="btn" href="../../silences">Silences</a></p>`
              : html`<form method="post">
                  ${personFields(state)}
                  <p class="field">
                    <button class="btn primary" type="submit">End it</button>
                    <a class="btn" href="../../silences">Back</a>
                  </p>
                </form>`
          }
        </div>`,
      });
    },

    act(context, _fields, by) {
      const silence = find(context.req.param('id'));
      const now = sources.clock.now();
      if (silences.stateOf(silence) !== 'expired') {
        silences.expire(silence.id);
        dispatcher.mutesChanged();
        audit({
          at: now,
          by: { name: by, via: 'web' },
          action: 'expire_silence',
          subject: silence.id,
          detail: words(silence),
        });
      }
      return '../../silences';
    },
  };
}

function table(shown: readonly Silence[], { alertmanager, onCall }: WebSources, now: number): Html {
  const { silences } = alertmanager;
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Alerts with</th>
        <th scope="col">Until</th>
        <th scope="col">By</th>
        <th scope="col">Why</th>
        <th scope="col">End it</th>
      </tr>
    </thead>
    <tbody>
      ${shown.map(
        (silence) =>
          html`<tr>
            <th scope="row" class="mono">${onCall.redact(words(silence))}</th>
            <td>
              ${silences.stateOf(silence) === 'pending' ? html`from ${at(silence.startsAt, now)} ` : ''}${at(silence.endsAt, now)}
              ${silence.endsWithAlert ? html`<span class="quiet">or until it resolves</span>` : ''}
            </td>
            <td>${silence.createdBy}</td>
            <td>${onCall.redact(silence.comment)}</td>
            <td><a class="btn" href="silences/${encodeURIComponent(silence.id)}/expire">Expire</a></td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function words({ matchers }: Silence): string {
  return formatMatchers(matchers.map(toMatcher));
}
