/** One cluster to watch. */
export interface ClusterSettings {
  readonly name: string;
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly tenant_label?: string | undefined;
  readonly namespace_pattern?: string | undefined;
}

/** `collectors.kubernetes` of the configuration. */
export interface KubernetesSettings {
  readonly clusters: readonly ClusterSettings[];
}
