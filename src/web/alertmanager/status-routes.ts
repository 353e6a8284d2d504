import { Hono } from 'hono';
import { stringify } from 'yaml';
import { alertmanagerForm } from './alertmanager-form.ts';
import { answered } from './answer.ts';
import { dateTime } from './date-time.ts';
import { receiverFilterOf } from './parameters.ts';
import type { AlertmanagerSources } from './sources.ts';

/** The Alertmanager whose API this is: clients choose by it what to ask for. */
const LIKE = '0.34.1';

/** `/status` and `/receivers`. The revision says what it is in truth. */
export function statusRoutes(sources: AlertmanagerSources & { readonly version: string }): Hono {
  const { config, startedAt, version } = sources;
  const unknown = { branch: '', buildUser: '', buildDate: '', goVersion: '' };
  return new Hono()
    .get('/status', (context) =>
      answered(context, () =>
        context.json({
          cluster: { status: 'disabled', peers: [] },
          versionInfo: { version: LIKE, revision: `octowatch ${version}`, ...unknown },
          config: { original: stringify(alertmanagerForm(config())) },
          uptime: dateTime(startedAt),
        }),
      ),
    )
    .get('/receivers', (context) =>
      answered(context, () => {
        const isWanted = receiverFilterOf(context);
        const named = alertmanagerForm(config()).receivers.filter(({ name }) => isWanted(name));
        return context.json(named.map(({ name }) => ({ name, labels: {} })));
      }),
    );
}
