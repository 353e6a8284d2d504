import { defineDataset } from '../../src/model/dataset.ts';
import { COMPONENTS } from './amount.ts';

const CURRENCY = { currency: { help: 'Currency of the value: USD.' } } as const;

/** What each tenant costs. Everything adds up to what was spent. */
export const costDataset = defineDataset({
  name: 'cost',
  kind: 'gauge',
  help: 'What tenants cost, by component. Without a tenant: what is allocated to nobody. All rows together are what was spent.',
  dimensions: {
    component: {
      help: `${COMPONENTS.join(', ')}; without a tenant also \`gone\`: of tenants that the fleet has no more.`,
    },
    ...CURRENCY,
  },
  metrics: {
    cost_last_day: { type: 'gauge', unit: 'none', help: 'Of the last whole day (UTC).' },
    cost_month_to_date: { type: 'gauge', unit: 'none', help: 'Of the month so far (UTC).' },
  },
});

/** What a month comes to. */
export const costTenantDataset = defineDataset({
  name: 'cost_tenant',
  kind: 'gauge',
  help: 'What tenants cost a month, by the last 7 whole days. Absent before 7 days are known.',
  dimensions: CURRENCY,
  metrics: {
    cost_month_projected: { type: 'gauge', unit: 'none', help: 'What a month of 30.44 such days costs.' },
    cost_margin_month: {
      type: 'gauge',
      unit: 'none',
      help: 'What the plan of the tenant brings a month, less that; absent where the plan has no price.',
    },
  },
});

/** The same against the target. */
export const costTargetDataset = defineDataset({
  name: 'cost_target',
  kind: 'gauge',
  help: 'What tenants cost a month, as a share of what they may cost. Absent before 7 days are known.',
  dimensions: {},
  metrics: {
    cost_vs_target_ratio: { type: 'gauge', unit: 'ratio', help: 'Cost of a month / `target_month`.' },
  },
});

/** The fleet as a whole. */
export const costFleetDataset = defineDataset({
  name: 'cost_fleet',
  kind: 'gauge',
  help: 'What the fleet costs.',
  dimensions: CURRENCY,
  metrics: {
    cost_fleet_last_day: { type: 'gauge', unit: 'none', help: 'All of the last whole day (UTC).' },
    cost_fleet_day_before: {
      type: 'gauge',
      unit: 'none',
      help: 'All of the day before that; both absent unless both were seen for nine tenths, or are billed.',
    },
    cost_fleet_month_to_date: { type: 'gauge', unit: 'none', help: 'All of the month so far (UTC).' },
    cost_unallocated_last_day: {
      type: 'gauge',
      unit: 'none',
      help: 'What of the last whole day is allocated to nobody.',
    },
    cost_dormant_last_day: {
      type: 'gauge',
      unit: 'none',
      help: 'What dormant and dead tenants cost on the last whole day.',
    },
    cost_reclaimable_last_day: {
      type: 'gauge',
      unit: 'none',
      help: 'What of that would not be spent had they been scaled to zero: compute, but no database and no volume.',
    },
  },
});

/** How far those numbers can be believed. */
export const costCoverageDataset = defineDataset({
  name: 'cost_coverage',
  kind: 'gauge',
  help: 'How far what the fleet costs is known.',
  dimensions: {},
  metrics: {
    cost_unallocated_ratio: {
      type: 'gauge',
      unit: 'ratio',
      help: 'Share of the last whole day that is allocated to nobody.',
    },
    cost_last_day_seen_ratio: {
      type: 'gauge',
      unit: 'ratio',
      help: 'Share of the last whole day that octowatch saw; what it did not see is in no estimate.',
    },
    cost_dormant_tenants: { type: 'gauge', unit: 'none', help: 'Tenants that are dormant or dead.' },
  },
});

/** The bill against the estimate. */
export const costBillDataset = defineDataset({
  name: 'cost_bill',
  kind: 'gauge',
  help: 'The bill and the estimate, of the same days: of the last 10 those that are billed and were seen for nine tenths.',
  dimensions: CURRENCY,
  metrics: {
    cost_billed: { type: 'gauge', unit: 'none', help: 'What was billed, before credits and refunds.' },
    cost_billed_estimate: { type: 'gauge', unit: 'none', help: 'What was estimated for the same days.' },
    cost_billed_credits: { type: 'gauge', unit: 'none', help: 'Credits and refunds of these days.' },
    cost_billed_span_seconds: { type: 'gauge', unit: 'seconds', help: 'How long those days are together.' },
  },
});

/** When the bill was read. */
export const billSourceDataset = defineDataset({
  name: 'cost_bill_source',
  kind: 'gauge',
  help: 'How new the bill is.',
  dimensions: {},
  metrics: {
    cost_bill_read_timestamp_seconds: {
      type: 'gauge',
      unit: 'timestamp_seconds',
      help: 'When the bill was read; a file is read only when it changed.',
    },
    cost_bill_newest_day_timestamp_seconds: {
      type: 'gauge',
      unit: 'timestamp_seconds',
      help: 'When its newest day began.',
    },
  },
});

/** What is remembered. Said when it is written, which is seldom. */
export const costDaysDataset = defineDataset({
  name: 'cost_days',
  kind: 'gauge',
  help: 'What is kept of the days that are over; said every half hour.',
  dimensions: {},
  metrics: {
    cost_ledger_entries: { type: 'gauge', unit: 'none', help: 'Tenants by day that are kept.' },
  },
});

/** What no price was found for. */
export const unpricedDataset = defineDataset({
  name: 'cost_unpriced',
  kind: 'gauge',
  help: 'What runs and is in no estimate, as it has no price.',
  dimensions: {
    kind: { help: 'instance_type or database_server.' },
    name: { help: 'The type, or the name of the server.' },
  },
  metrics: { cost_unpriced_info: { type: 'gauge', unit: 'none', help: 'Always 1; its labels say what.' } },
});

/** Everything the collector yields. */
export const costDatasets = [
  costDataset,
  costTenantDataset,
  costTargetDataset,
  costFleetDataset,
  costCoverageDataset,
  costBillDataset,
  billSourceDataset,
  costDaysDataset,
  unpricedDataset,
] as const;
