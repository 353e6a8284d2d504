import type { QuotaChoice } from './settings.ts';

/** Where quotas belong together: those of one provider, account and region. */
export interface QuotaScope {
  readonly provider: string;
  readonly account: string;
  /** Empty for what is global. */
  readonly region: string;
}

/** The newest that is known of one quota of one resource. */
export interface QuotaReading extends QuotaScope {
  readonly quota: string;
  /** Empty where the quota is not counted for a resource. */
  readonly resource: string;
  /** Undefined where no limit, or no use, is known. */
  readonly limit: number | undefined;
  readonly used: number | undefined;
  /** When the older of both was read, ms. */
  readonly at: number;
  /** Whether that is too long ago. */
  readonly isStale: boolean;
}

/** What is free of a quota, never below zero; undefined where it is not known. */
export function freeOf({ limit, used }: QuotaReading): number | undefined {
  return limit === undefined || used === undefined ? undefined : Math.max(0, limit - used);
}

/** A quota and where it is. */
export interface QuotaAt extends QuotaScope {
  readonly quota: string;
  /** Empty where it is all of its resources. */
  readonly resource: string;
}

/** The quota that these readings are of; undefined of none. */
export function bindingIn(readings: readonly QuotaReading[]): QuotaAt | undefined {
  const [first] = readings;
  if (first === undefined) return undefined;
  const { provider, account, region, quota, resource } = first;
  return { provider, account, region, quota, resource: readings.length === 1 ? resource : '' };
}

/** Whether a reading is of the quota, and of the resource where one is chosen. */
export function isChosen({ quota, resource }: QuotaChoice, reading: QuotaReading): boolean {
  return reading.quota === quota && (resource === undefined || reading.resource === resource);
}

/** Whether what is free is not known, or was read too long ago. */
export function isUnknown(reading: QuotaReading): boolean {
  return reading.isStale || freeOf(reading) === undefined;
}
