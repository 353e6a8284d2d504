/** Settings of the collector `neighbours`. */
export interface NeighboursSettings {
  /** Metric with a label `tenant`: what each takes of its database server. */
  readonly database_load_metric?: string | undefined;
}
