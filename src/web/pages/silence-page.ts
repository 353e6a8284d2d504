import { html } from 'hono/html';
import { formatMatchers } from '../../alerts/matchers/format-matcher.ts';
import { toSilenceMatcher } from '../../alerts/mute/silence-matchers.ts';
import { formatDuration } from '../../model/duration.ts';
import { Failure } from '../../model/failure.ts';
import { matchesAll, type Matcher } from '../../model/matcher.ts';
import type { WebSources } from '../sources.ts';
import { alertTable, shownAlerts } from './alert-table.ts';
import { firingNow } from './firing-now.ts';
import { personFields, problemOf } from './form-fields.ts';
import type { FormPage, FormState } from './form-page.ts';
import { page, type Html } from './page.ts';
import { silenceCommand } from './silence-command.ts';
import { lengthOf, LENGTHS, type SilenceLength } from './silence-lengths.ts';
import { selectionOf } from './silence-selection.ts';

const ROOT = '../';

/** Asks what to silence and for how long, shows what that would hide, and does it. */
export function newSilencePage(sources: WebSources): FormPage {
  const { clock, alertmanager } = sources;

  return {
    show(_context, state) {
      const selection = selectionOf(state.fields, sources.onCall);
      const { alerts, views } = firingNow(sources);
      const { matchers } = selection;
      const hidden =
        matchers === undefined ? [] : alerts.filter(({ labels }) => matchesAll(matchers, labels));
      const count = hidden.length === 1 ? '1 alert' : `${hidden.length} alerts`;
      const title = matchers === undefined ? 'Silence: say what for' : `Silence ${count}`;
      return page(sources, {
        title,
        root: ROOT,
        main: html`<h1>${title}</h1>
          ${problemOf(selection.problem === undefined ? state : { ...state, problem: selection.problem })}
          ${selectionForm(selection.text)}
          ${matchers === undefined ? '' : lengthForm(state, selection.text, matchers, count)}
          ${matchers === undefined ? '' : html`<h2>What it hides now <span>${hidden.length} firing</span></h2>`}
          ${
            hidden.length === 0
              ? html`<p class="quiet">Nothing that fires now.</p>`
              : alertTable(shownAlerts(hidden, views, sources), sources, ROOT)
          }`,
      });
    },

    act(_context, fields, by) {
      const { matchers, problem } = selectionOf(fields, sources.onCall);
      if (matchers === undefined) throw new Failure('invalid', problem ?? 'say what to silence');
      const { ms, endsWithAlert } = lengthOf(fields.get('length'));
      const now = clock.now();
      const comment = (fields.get('comment') ?? '').trim();
      const silence = alertmanager.silences.put({
        matchers: matchers.map(toSilenceMatcher),
        startsAt: now,
        endsAt: now + ms,
        createdBy: by,
        comment,
        endsWithAlert,
      });
      alertmanager.dispatcher.mutesChanged();
      const detail = `${formatMatchers(matchers)} for ${formatDuration(ms)}: ${comment.replaceAll(/\s+/g, ' ')}`;
      alertmanager.audit({
        at: now,
        by: { name: by, via: 'web' },
        action: 'silence',
        subject: silence.id,
        detail,
      });
      return '../silences';
    },
  };
}

function selectionForm(text: string): Html {
  return html`<form method="get">
    <p class="field">
      <label for="filter">Alerts with these labels</label>
      <input class="mono" id="filter" name="filter" value="${text}" required />
    </p>
    <p><button class="btn" type="submit">Show what it hides</button></p>
  </form>`;
}

function lengthForm(state: FormState, text: string, matchers: readonly Matcher[], count: string): Html {
  const chosen = lengthOf(state.fields.get('length'));
  const comment = state.fields.get('comment') ?? '';
  return html`<form method="post" action="new">
      <input type="hidden" name="filter" value="${text}" />
      <fieldset>
        <legend>For</legend>
        ${LENGTHS.map((length) => choice(length, length.id === chosen.id))}
      </fieldset>
      <p class="field">
        <label for="comment">Why</label>
        <input id="comment" name="comment" value="${comment}" maxlength="1000" required />
      </p>
      ${personFields(state)}
      <p class="field"><button class="btn primary" type="submit">Silence ${count}</button></p>
    </form>
    <p class="quiet">Or in a shell:</p>
    <pre>${silenceCommand(matchers, chosen, state.name, comment)}</pre>`;
}

function choice({ id, words }: SilenceLength, isChosen: boolean): Html {
  return html`<label
    ><input type="radio" name="length" value="${id}" ${isChosen ? 'checked' : ''} /> ${words}</label
  >`;
}
