/** What all nodes of a plan agree on. */
export interface PlanOptions {
  /**
   * Names that functions and operators drop stay until the end, so that `label_replace` and grouping still see them
   * (Prometheus's feature flag `promql-delayed-name-removal`).
   */
  readonly delayedNameRemoval: boolean;
}
