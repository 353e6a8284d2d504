import type { SelfMetrics } from '../model/self-metrics.ts';

/** The same reload, counted by how it ends; what it throws it still throws. */
export function countReloads(metrics: SelfMetrics, reload: () => Promise<void>): () => Promise<void> {
  function count(outcome: 'ok' | 'error'): void {
    metrics.increment('octowatch_config_reloads_total', { outcome });
    metrics.set('octowatch_config_reload_success', outcome === 'ok' ? 1 : 0);
  }
  // The start has accepted the first one.
  metrics.set('octowatch_config_reload_success', 1);
  return async () => {
    try {
      await reload();
    } catch (error) {
      count('error');
      throw error;
    }
    count('ok');
  };
}
