import { html } from 'hono/html';
import { Failure } from '../../model/failure.ts';
import type { WebSources } from '../sources.ts';
import { personFields, problemOf } from './form-fields.ts';
import type { FormPage } from './form-page.ts';
import { incidentFacts } from './incident-facts.ts';
import { page } from './page.ts';

/** Asks whether to take an incident, and takes it: every receiver is told by whom. */
export function acknowledgePage(sources: WebSources): FormPage {
  return {
    show(context, state) {
      const key = context.req.param('key') ?? '';
      const facts = incidentFacts(key, sources.onCall);
      if (facts === undefined) throw new Failure('not_found', `no incident ${key} is known`);
      const title = `Acknowledge: ${facts.line}`;
      return page(sources, {
        title,
        root: '../../',
        main: html`<div class="narrow">
          <h1>${title}</h1>
          <p>Receivers show your name, and the page stops calling others. It stays open until it is over.</p>
          ${problemOf(state)}
          <form method="post">
            ${personFields(state)}
            <p class="field">
              <button class="btn primary" type="submit">Acknowledge</button>
              <a class="btn" href="../${encodeURIComponent(key)}">Back</a>
            </p>
          </form>
        </div>`,
      });
    },

    async act(context, _fields, by) {
      const key = context.req.param('key') ?? '';
      await sources.alertmanager.actions.acknowledge(key, { name: by, via: 'web' });
      return `../${encodeURIComponent(key)}`;
    },
  };
}
