import type { Subnet } from '@aws-sdk/client-ec2';
import type { Point } from '../../src/model/point.ts';
import { quotaPoint, type QuotaReading } from './quota-point.ts';

/** Network, router, DNS, one for the future, broadcast. Source: VPC user guide, "Subnet CIDR blocks". */
const RESERVED = 5;

/** Addresses of a subnet; nothing for one that has no IPv4, or whose numbers are not there. */
export function subnetPoint(
  reading: QuotaReading,
  { SubnetId: id = '', CidrBlock: block, AvailableIpAddressCount: free }: Subnet,
  names: ReadonlyMap<string, string>,
): readonly Point[] {
  const limit = usableAddresses(block);
  if (limit === undefined) return [];
  const used = free === undefined ? undefined : limit - free;
  return [quotaPoint(reading, { quota: 'subnet_addresses', limit, used, resource: names.get(id) ?? id })];
}

/** 4,091 for a /20. */
export function usableAddresses(block: string | undefined): number | undefined {
  const [, prefix] = /\/(\d+)$/.exec(block ?? '') ?? [];
  const bits = 32 - Number(prefix);
  return bits >= 4 && bits <= 16 ? 2 ** bits - RESERVED : undefined;
}
