import type { Labels } from '../model/labels.ts';
import type { HealStatus } from '../model/plan.ts';
import type { AlertmanagerSources } from './alertmanager/sources.ts';
import type { OnCallSources } from './pages/sources.ts';
import type { PrometheusSources } from './prometheus/prometheus-api.ts';
import type { ReportSources } from './report-api.ts';
import type { AgentSources } from './serve-agent.ts';

/** A heal as the page lists it. */
export interface HealRow {
  readonly tenant: string;
  readonly alertName: string;
  readonly remedy: string;
  readonly state: HealStatus['state'];
  readonly detail: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

/** A tenant as the fleet knows it. */
export interface TenantRow {
  readonly tenant: string;
  readonly info: Labels;
  /** Scaled to zero on purpose. */
  readonly asleep?: boolean;
}

/** What the web server reads and the two things it may do. */
export interface WebSources extends AgentSources, PrometheusSources {
  tenants(): readonly TenantRow[];
  readonly healStatus: (alertKey: string) => HealStatus | undefined;
  /** The newest heals first. */
  heals(limit: number): readonly HealRow[];
  /** When rules were last evaluated, ms; undefined before the first round. */
  lastEvaluation(): number | undefined;
  /** The interval of rule evaluation, ms. */
  readonly evaluationMs: number;
  readonly report: ReportSources;
  readonly alertmanager: AlertmanagerSources;
  readonly onCall: OnCallSources;
  /** A sentence the page shows at the top, for the demo. */
  readonly notice?: string;
}
