import type { AwsClient } from '../../src/aws/client.ts';
import { Failure, messageOf } from '../../src/model/failure.ts';
import type { Clock, Log } from '../../src/model/ports.ts';
import { SERVICE_QUOTAS, type ServiceQuota, type ServiceQuotaName } from './quota-table.ts';

export interface ServiceLimit {
  readonly limit: number;
  /** AWS's default and not a value that is known to be in force. */
  readonly assumed: boolean;
}

export type ServiceLimits = ReadonlyMap<ServiceQuotaName, ServiceLimit>;

type QuotaClient = Pick<AwsClient<QuotaAction>, 'pages'>;

export type QuotaAction = (typeof QUOTA_ACTIONS)[number];

export const QUOTA_ACTIONS = [
  'servicequotas:ListServiceQuotas',
  'servicequotas:ListAWSDefaultServiceQuotas',
] as const;

/** Limits change by a request to AWS: every usage poll need not ask for them anew. */
const KEPT_MS = 60 * 60_000;

/** The limits of places as Service Quotas told them last. */
export interface LimitCache {
  /**
   * Those in force; kept for an hour. Where Service Quotas cannot be asked, those of before; without them AWS's defaults where
   * it may never be asked, and none where it only failed: the defaults are far below what a fleet was granted.
   */
  of(place: string, service: ServiceQuota['service'], reading: LimitReading): Promise<ServiceLimits>;
  /** Asks anew. @throws Failure when Service Quotas does not tell */
  refresh(place: string, service: ServiceQuota['service'], reading: LimitReading): Promise<ServiceLimits>;
}

export interface LimitReading {
  readonly aws: QuotaClient;
  readonly signal: AbortSignal;
  readonly context: { readonly clock: Clock; readonly log: Log };
}

export function createLimitCache(): LimitCache {
  const kept = new Map<string, { readonly limits: ServiceLimits; readonly readAt: number }>();

  async function refresh(
    place: string,
    service: ServiceQuota['service'],
    { aws, signal, context }: LimitReading,
  ): Promise<ServiceLimits> {
    const limits = await readLimits(aws, service, signal);
    kept.set(`${place} ${service}`, { limits, readAt: context.clock.now() });
    return limits;
  }

  async function of(
    place: string,
    service: ServiceQuota['service'],
    reading: LimitReading,
  ): Promise<ServiceLimits> {
    const { clock, log } = reading.context;
    const known = kept.get(`${place} ${service}`);
    const age = clock.now() - (known?.readAt ?? 0);
    if (known !== undefined && age >= 0 && age < KEPT_MS) return known.limits;
    try {
      return await refresh(place, service, reading);
    } catch (error) {
      reading.signal.throwIfAborted();
      log.debug(
        { service, error: messageOf(error) },
        'no limits, going by those before; without permission by the defaults of AWS',
      );
      return known?.limits ?? (isForbidden(error) ? defaultsOf(service) : new Map());
    }
  }

  return { of, refresh };
}

/** ListServiceQuotas leaves out quotas that have only a default: those are asked for where some are missing. */
async function readLimits(
  aws: QuotaClient,
  service: ServiceQuota['service'],
  signal: AbortSignal,
): Promise<ServiceLimits> {
  const wanted = quotasOf(service);
  const applied = await valuesOf(aws, 'servicequotas:ListServiceQuotas', service, signal);
  const isComplete = wanted.every(({ code }) => applied.has(code));
  const usual = isComplete
    ? new Map<string, number>()
    : await valuesOf(aws, 'servicequotas:ListAWSDefaultServiceQuotas', service, signal);
  return new Map(
    wanted.map(({ quota, code, fallback, scale = 1 }) => {
      const value = applied.get(code) ?? usual.get(code);
      const limit = value === undefined ? fallback : value * scale;
      return [quota, { limit, assumed: !applied.has(code) }];
    }),
  );
}

async function valuesOf(
  aws: QuotaClient,
  action: QuotaAction,
  service: ServiceQuota['service'],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const values = new Map<string, number>();
  for await (const { Quotas = [] } of aws.pages(action, { ServiceCode: service }, signal))
    for (const { QuotaCode: code, Value: value } of Quotas)
      if (code !== undefined && value !== undefined) values.set(code, value);
  return values;
}

function defaultsOf(service: ServiceQuota['service']): ServiceLimits {
  return new Map(quotasOf(service).map(({ quota, fallback: limit }) => [quota, { limit, assumed: true }]));
}

function isForbidden(error: unknown): boolean {
  return error instanceof Failure && error.reason === 'forbidden';
}

function quotasOf(
  service: ServiceQuota['service'],
): readonly (ServiceQuota & { readonly quota: ServiceQuotaName })[] {
  return SERVICE_QUOTAS.filter((quota) => quota.service === service);
}
