import { Hono } from 'hono';
import { Failure } from '../../model/failure.ts';
import { answered, limited, readBody } from './answer.ts';
import { parsePostedAlerts } from './posted-alerts.ts';
import type { AlertmanagerSources } from './sources.ts';

const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * `POST /alerts`: alerts of other Prometheus servers (api/v2/api.go, postAlertsHandler). Of a request in its form those
 * that can be taken are taken, also when others are refused.
 */
export function postAlerts({ received, config }: Pick<AlertmanagerSources, 'received' | 'config'>): Hono {
  return new Hono().post('/', limited(MAX_BODY_BYTES), (context) =>
    answered(context, async () => {
      if (!config().on_call.receive_alerts)
        throw new Failure(
          'invalid',
          'this octowatch takes no alerts of others: set on_call.receive_alerts to true there, or send them elsewhere',
        );
      const { problems } = received.post(parsePostedAlerts(await readBody(context, 'alerts')));
      if (problems.length > 0) throw new Failure('invalid', problems.join('\n'));
      return context.body(null, 200);
    }),
  );
}
