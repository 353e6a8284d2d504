import type { ReceiverNotifier } from '../alerts/lane.ts';
import type { PollCollector } from '../collect/contract.ts';
import { toFailure } from '../model/failure.ts';
import type { Incident } from '../model/incident.ts';
import type { Point } from '../model/point.ts';
import type { Clock, Delivery, DocumentStore } from '../model/ports.ts';
import type { Span, Tracer } from '../model/tracer.ts';

/** What a span is made with. */
export interface Tracing {
  readonly tracer: Tracer;
  readonly clock: Clock;
}

type Attributes = Span['attributes'];

/** A span for each poll of a collector. */
export function tracedCollector(collector: PollCollector, tracing: Tracing): PollCollector {
  const name = `poll ${collector.name}`;
  return {
    ...collector,
    async *poll(target, context): AsyncGenerator<readonly Point[]> {
      const end = begin(tracing, name);
      const attributes = { tenant: target.tenant, collector: collector.name };
      let points = 0;
      let error: unknown;
      try {
        for await (const some of collector.poll(target, context)) {
          points += some.length;
          yield some;
        }
      } catch (thrown) {
        error = thrown;
        throw thrown;
      } finally {
        end({ ...attributes, points }, error);
      }
    },
  };
}

/** A span for each request to the store. */
export function tracedStore(store: DocumentStore, tracing: Tracing): DocumentStore {
  const { mark } = store;
  return {
    ...(mark === undefined ? {} : { mark }),
    deliver(body, count, signal, since) {
      const attributes = { documents: count, body_bytes: body.length };
      return traced(
        tracing,
        'deliver bulk',
        attributes,
        () => store.deliver(body, count, signal, since),
        ({ delivered, rejected, retry }: Delivery) => ({
          delivered,
          rejected: rejected.length,
          retry: retry.length,
        }),
      );
    },
  };
}

/** A span for each notification that a receiver is sent. */
export function tracedNotifier(
  receiver: string,
  target: ReceiverNotifier,
  tracing: Tracing,
): ReceiverNotifier {
  const { notifier } = target;
  const name = `notify ${target.kind}`;
  return {
    ...target,
    notifier: {
      ...notifier,
      notify: (incident, signal) =>
        traced(tracing, name, { receiver, ...incidentAttributes(incident) }, () =>
          notifier.notify(incident, signal),
        ),
    },
  };
}

function incidentAttributes({ status, severity, groupLabels, alerts, key }: Incident): Attributes {
  const { tenant, alertname } = groupLabels;
  return {
    status,
    severity,
    alerts: alerts.length,
    incident: key,
    ...(tenant === undefined ? {} : { tenant }),
    ...(alertname === undefined ? {} : { alertname }),
  };
}

async function traced<T>(
  tracing: Tracing,
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
  describe: (result: T) => Attributes = () => ({}),
): Promise<T> {
  const end = begin(tracing, name);
  try {
    const result = await work();
    end({ ...attributes, ...describe(result) });
    return result;
  } catch (error) {
    end(attributes, error);
    throw error;
  }
}

/** Begins a span; what is returned ends it. */
function begin({ tracer, clock }: Tracing, name: string): (attributes: Attributes, error?: unknown) => void {
  const startedAt = clock.now();
  return (attributes, error) => {
    const failed = error === undefined ? {} : { error: toFailure(error).reason };
    tracer.record({ name, startedAt, endedAt: clock.now(), attributes, isRemote: true, ...failed });
  };
}
