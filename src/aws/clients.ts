import type { Clock, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { findPlace, type AwsAccount, type AwsPlace } from './account.ts';
import type { AwsService } from './actions.ts';
import { createAwsClient, type AwsClient } from './client.ts';
import { createCredentials } from './credentials.ts';
import { createRateLimit, type RateLimit } from './rate-limit.ts';
import { createRetryBudget } from './retry-budget.ts';
import { loadSdk, type Sdk } from './sdk.ts';

/**
 * Requests a second, and how many at once. AWS's own: EC2 20/s (bucket 100) for reads, Route 53 5/s for the account,
 * CloudTrail LookupEvents 2/s, Service Quotas about 10/s; others of the account live off the same.
 */
const RATES: Partial<Record<AwsService, Rate>> = {
  route53: { perSecond: 1, burst: 2 },
  cloudtrail: { perSecond: 1, burst: 1 },
};
const RATE: Rate = { perSecond: 5, burst: 10 };

interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface AwsClientsOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: SelfMetrics;
  /** Instead of the rates above: for a double that is not AWS. */
  readonly rate?: Rate;
  /** As they are in the configuration now. */
  readonly accounts: () => readonly AwsAccount[];
}

/** The clients of all places, made when they are first asked for: collectors, discovery and remedies share their limits. */
export interface AwsClients {
  /** @param place `main/eu-west-1`, or `main/global` @throws Failure `invalid` for a place that no account has */
  at(place: string): AwsClient;
  /** Ends the connections of a place, or of all. */
  close(place?: string): void;
}

interface Kept {
  readonly key: string;
  readonly client: AwsClient;
  close(): void;
}

/** Clients that fit the accounts: one whose account was changed is made anew. */
export function createAwsClients(options: AwsClientsOptions): AwsClients {
  const { clock, accounts } = options;
  const kept = new Map<string, Kept>();
  const credentials = new Map<string, ReturnType<typeof createCredentials>>();

  function at(name: string): AwsClient {
    const place = findPlace(accounts(), name);
    const key = JSON.stringify(place.account);
    const known = kept.get(name);
    if (known?.key === key) return known.client;
    known?.close();
    const made = { key, ...createKept(name, place, credentialsOf(place.account, key), options) };
    kept.set(name, made);
    return made.client;
  }

  function credentialsOf(account: AwsAccount, key: string): ReturnType<typeof createCredentials> {
    const known = credentials.get(key) ?? createCredentials(account, clock);
    credentials.set(key, known);
    return known;
  }

  function close(name?: string): void {
    for (const [place, entry] of kept) {
      if (name !== undefined && place !== name) continue;
      entry.close();
      kept.delete(place);
    }
    const keys = new Set([...kept.values()].map(({ key }) => key));
    for (const key of credentials.keys()) if (!keys.has(key)) credentials.delete(key);
  }

  return { at, close };
}

function createKept(
  place: string,
  { account, region }: AwsPlace,
  credentials: ReturnType<typeof createCredentials>,
  options: AwsClientsOptions,
): Omit<Kept, 'key'> {
  const sdks = new Map<AwsService, Promise<Sdk>>();
  const limits = new Map<AwsService, RateLimit>();

  function sdkOf(service: AwsService): Promise<Sdk> {
    const known = sdks.get(service);
    if (known !== undefined) return known;
    const made = loadSdk(service, {
      region: region ?? account.regions[0] ?? 'us-east-1',
      credentials,
      maxAttempts: 1,
      ...(account.endpoint === undefined ? {} : { endpoint: account.endpoint }),
    });
    sdks.set(service, made);
    return made;
  }

  function limitOf(service: AwsService): RateLimit {
    const known = limits.get(service);
    if (known !== undefined) return known;
    const { perSecond, burst } = options.rate ?? RATES[service] ?? RATE;
    const made = createRateLimit(options.clock, perSecond, burst);
    limits.set(service, made);
    return made;
  }

  const takeRetry = createRetryBudget(options.clock);
  const client = createAwsClient({
    ...options,
    account: account.name,
    region,
    place,
    sdkOf,
    limitOf,
    takeRetry,
  });
  return {
    client,
    close() {
      for (const sdk of sdks.values()) void sdk.then((made) => made.destroy(), ignore);
    },
  };
}

function ignore(): void {}
