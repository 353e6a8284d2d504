import { Failure } from '../../model/failure.ts';
import type { Discoverer, FoundList } from '../discoverer.ts';
import type { FoundInstance } from '../instance.ts';

/** A source that gives what a test sets. */
export interface FakeDiscoverer extends Discoverer {
  /** What it gives from now on: tenants, a whole list, or a failure; `hang` never answers. */
  gives(answer: readonly string[] | FoundList | Failure | 'hang'): void;
  /** Tells that a new list is worth asking for. */
  tell(): void;
  asked(): number;
}

export function fakeDiscoverer(name: string, changes: Partial<Discoverer> = {}): FakeDiscoverer {
  let answer: readonly string[] | FoundList | Failure | 'hang' = [];
  let asked = 0;
  const listeners = new Set<() => void>();

  async function list(signal: AbortSignal): Promise<FoundList> {
    asked++;
    if (answer instanceof Failure) throw answer;
    if (answer === 'hang')
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    return 'instances' in answer ? answer : { instances: answer.map((tenant) => found(tenant)), refused: [] };
  }

  return {
    name,
    settings: name,
    intervalMs: 60_000,
    timeoutMs: 10_000,
    list,
    watch(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    ...changes,
    gives: (next) => (answer = next),
    tell: () => listeners.forEach((changed) => changed()),
    asked: () => asked,
  };
}

/** An instance as a source tells of it. */
export function found(tenant: string, changes: Partial<FoundInstance> = {}): FoundInstance {
  return {
    tenant,
    url: `http://${tenant}`,
    info: {},
    files: {},
    timeZone: 'UTC',
    asleep: false,
    ...changes,
  };
}
