import type { JsonObject } from '../../model/json.ts';

const DAY = 86_400_000;
const MAX_SHARD_SIZE = '50gb';

/** An ILM policy, for servers without data stream lifecycle. */
export interface LifecyclePolicy {
  readonly name: string;
  readonly body: JsonObject;
}

/** ms as whole units, as the server writes them: `7d`. */
export function dataRetention(ms: number): string {
  const minutes = Math.max(1, Math.ceil(ms / 60_000));
  if (minutes % 1440 === 0) return `${minutes / 1440}d`;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}

/**
 * Begins indices as often as data stream lifecycle does by itself, and deletes each when its newest document is `ms`
 * old. Source: Elasticsearch 8.19, `cluster.lifecycle.default.rollover`.
 */
export function lifecyclePolicy(name: string, ms: number): LifecyclePolicy {
  const rollover = { max_age: rolloverAge(ms), max_primary_shard_size: MAX_SHARD_SIZE };
  const phases = {
    hot: { actions: { rollover } },
    delete: { min_age: dataRetention(ms), actions: { delete: {} } },
  };
  return { name, body: { policy: { _meta: { owner: 'octowatch' }, phases } } };
}

function rolloverAge(ms: number): string {
  if (ms <= DAY) return '1h';
  if (ms <= 14 * DAY) return '1d';
  return ms <= 90 * DAY ? '7d' : '30d';
}
