import type { Hono } from 'hono';
import { Failure, messageOf } from '../model/failure.ts';
import { deliveryApi, type DeliverySources } from './delivery-api.ts';

const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

/** What every role of the agent shows of itself. */
export interface AgentSources {
  /** What is not ready yet, one phrase each; empty when all is. */
  notReady(): readonly string[];
  /** The agent's own metrics as Prometheus text. */
  ownMetrics(): Promise<string>;
  /** The head's latest samples as Prometheus text. */
  fleetMetrics(): string;
  /** What is on its way to the store. */
  readonly delivery: DeliverySources;
  /** Loads the configuration anew; throws a Failure that says why not. */
  reload(): Promise<void>;
}

/** Adds the routes that every role has. */
export function serveAgent(app: Hono, sources: AgentSources): void {
  app.get('/-/healthy', (context) => context.text('octowatch is healthy\n'));
  app.get('/-/ready', (context) => {
    const missing = sources.notReady();
    return missing.length === 0
      ? context.text('octowatch is ready\n')
      : context.text(`not ready: ${missing.join(', ')}\n`, 503);
  });
  app.post('/-/reload', async (context) => {
    try {
      await sources.reload();
      return context.text('configuration reloaded\n');
    } catch (error) {
      const status = error instanceof Failure ? 400 : 500;
      return context.text(`the old configuration stays: ${messageOf(error)}\n`, status);
    }
  });
  app.get('/metrics', async (context) => {
    const fleet = context.req.query('fleet') === '1';
    return context.body(fleet ? sources.fleetMetrics() : await sources.ownMetrics(), 200, {
      'content-type': TEXT_FORMAT,
    });
  });
  app.route('/internal', deliveryApi(sources.delivery));
}
