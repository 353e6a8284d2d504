import type { FaultStore } from './fault-store.ts';
import { openGate, type Gate } from './gate.ts';
import type { StoreFault } from './store-fault.ts';
import { caller, streamCounts } from './stream-counts.ts';

/** A real Elasticsearch behind a gate; its streams of `namespace` are removed in the end. */
export async function openRealStore(url: string, namespace: string): Promise<FaultStore> {
  const gate = await openGate(url);
  const call = caller(url);
  let fault: StoreFault = { kind: 'none' };

  async function rollOver(): Promise<void> {
    await call('POST', `logs-octopus.web_request-${namespace}/_rollover`);
  }

  async function rollOverThenOpen(hold: boolean): Promise<void> {
    await rollOver();
    fault = { kind: 'none' };
    gate.mode = 'open';
    if (!hold) gate.resetHeld();
  }

  return {
    config: { elasticsearch: { nodes: [gate.url] } },
    ...streamCounts(call, namespace),
    set(next) {
      fault = next;
      gate.mode = modeOf(next);
      if (next.kind === 'lose-reply-and-roll-over')
        gate.onHeld = () => {
          gate.onHeld = () => undefined;
          void rollOverThenOpen(next.hold);
        };
      return Promise.resolve();
    },
    current: () => Promise.resolve(fault.kind),
    rollOver,
    async [Symbol.asyncDispose]() {
      await gate[Symbol.asyncDispose]();
      await call('DELETE', `_data_stream/*-${namespace}`).catch(() => undefined);
    },
  };
}

function modeOf({ kind }: StoreFault): Gate['mode'] {
  if (kind === 'none') return 'open';
  if (kind === 'status') return 'shut';
  if (kind === 'reset-after') return 'drop-answers';
  if (kind === 'silence' || kind === 'lose-reply-and-roll-over') return 'hold-answers';
  throw new Error(`a real Elasticsearch cannot be told to play ${kind}`);
}
