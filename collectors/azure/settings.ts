/** One subscription; times are ms. */
export interface AzureSubscription {
  readonly name: string;
  readonly subscription_id: string;
  readonly locations: readonly string[];
  readonly tenant_id?: string | undefined;
  readonly client_id?: string | undefined;
  readonly client_secret?: string | undefined;
  readonly endpoint: string;
  readonly authority: string;
}

/** What the collector needs of `collectors.azure`. */
export interface AzureSettings {
  readonly subscriptions: readonly AzureSubscription[];
}
