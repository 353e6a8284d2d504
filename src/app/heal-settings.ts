import type { Config } from '../config/schema.ts';
import type { HealSettings } from '../heal/healer.ts';

/** The `heal` block in the healer's words; nothing is armed while what was done before is not known. */
export function healSettings(heal: Config['heal'], isJournalWhole: boolean): HealSettings {
  return {
    armed: new Set(isJournalWhole ? heal.armed : []),
    suggested: new Set(isJournalWhole ? heal.suggest : []),
    limits: {
      perTenantHour: heal.budget.per_tenant_hour,
      perHour: heal.budget.per_hour,
      perDay: heal.budget.per_day,
      cooldownMs: heal.cooldown,
      stormTenants: heal.storm_tenants,
    },
    pageAfterMs: heal.page_after,
    verifyWithinMs: heal.verify_within,
  };
}
