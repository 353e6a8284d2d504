import type { FoldSettings } from './fold-states.ts';

/** `on_call` of a configuration, as far as it says what becomes one incident; times in ms. */
export interface FoldOptions {
  readonly storm: {
    readonly enabled: boolean;
    readonly min_tenants: number;
    readonly min_lift: number;
    readonly min_share: number;
    readonly settle: number;
  };
  readonly flapping: {
    readonly enabled: boolean;
    readonly changes: number;
    readonly within: number;
    readonly settle: number;
  };
  readonly rate_limit: { readonly enabled: boolean; readonly incidents: number; readonly per: number };
}

/** The settings of storms, flapping and the rate limit. */
export function foldSettings({ storm, flapping, rate_limit: limit }: FoldOptions): FoldSettings {
  const { enabled, min_tenants: minTenants, min_lift: minLift, min_share: minShare } = storm;
  return {
    storm: { enabled, minTenants, minLift, minShare, settleMs: storm.settle },
    flapping: {
      enabled: flapping.enabled,
      changes: flapping.changes,
      withinMs: flapping.within,
      settleMs: flapping.settle,
    },
    rateLimit: { enabled: limit.enabled, incidents: limit.incidents, perMs: limit.per },
  };
}
