import { Failure } from '../model/failure.ts';

/** An account and how to get in, as the configuration has it. */
export interface AwsAccount {
  readonly name: string;
  readonly regions: readonly string[];
  /** Of the shared configuration files. */
  readonly profile?: string | undefined;
  readonly access_key_id?: string | undefined;
  readonly secret_access_key?: string | undefined;
  readonly session_token?: string | undefined;
  /** Assumed with the credentials above. */
  readonly role_arn?: string | undefined;
  readonly external_id?: string | undefined;
  /** Instead of AWS's own, for every service. */
  readonly endpoint?: string | undefined;
}

/** One region of an account, or what the account has once for all regions. */
export interface AwsPlace {
  readonly account: AwsAccount;
  /** Undefined for what is global. */
  readonly region: string | undefined;
}

const GLOBAL = 'global';

/** The places of an account: `main/eu-west-1` for each of its regions, and `main/global`. */
export function placeNamesOf({ name, regions }: Pick<AwsAccount, 'name' | 'regions'>): {
  readonly regional: readonly string[];
  readonly global: string;
} {
  return { regional: regions.map((region) => `${name}/${region}`), global: `${name}/${GLOBAL}` };
}

/** @throws Failure `invalid` for a place that the accounts do not have */
export function findPlace(accounts: readonly AwsAccount[], place: string): AwsPlace {
  const end = place.lastIndexOf('/');
  const account = accounts.find(({ name }) => name === place.slice(0, end));
  const region = place.slice(end + 1);
  if (account !== undefined && region === GLOBAL) return { account, region: undefined };
  if (account?.regions.includes(region) === true) return { account, region };
  throw new Failure('invalid', `no account and region ${place} in collectors.aws.accounts`);
}
