import { Failure, messageOf } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';
import { withDeadline } from '../model/with-deadline.ts';
import type { AwsAccount } from './account.ts';
import { failureOfError } from './failure-of-error.ts';

/** As the SDK takes them. */
interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

type EndingCredentials = AwsCredentials & { readonly expiration: Date };

export type AwsCredentialProvider = () => Promise<AwsCredentials>;

const NEVER = new AbortController().signal;

/** Temporary credentials are asked for anew so long before they end: as the SDK does it. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** Keys without an end are read again all the same: somebody may have put others into the file. */
const KEPT_MS = 15 * 60_000;
/** A token service that is away is asked so often while the credentials of before are good. */
const AGAIN_MS = 30_000;
/** Everybody waits for one answer: a service that is silent must not hold them for ever. */
const DEADLINE_MS = 30_000;

/**
 * Credentials of an account: its keys, else its profile, else what the environment has (variables, files, web identity,
 * container, instance); with `role_arn`, those of the role. Shared by all clients of the account: one AssumeRole an hour.
 * They always have an end, or the SDK would never ask for them again.
 */
export function createCredentials(account: AwsAccount, clock: Clock): AwsCredentialProvider {
  let known: EndingCredentials | undefined;
  let askedAt = 0;
  let renewAt = 0;
  let pending: Promise<AwsCredentials> | undefined;

  async function renew(): Promise<AwsCredentials> {
    askedAt = clock.now();
    try {
      const loaded = await withDeadline(clock, DEADLINE_MS, NEVER, () => load(account));
      known = { ...loaded, expiration: loaded.expiration ?? new Date(askedAt + KEPT_MS) };
      renewAt = known.expiration.getTime() - RENEW_BEFORE_MS;
    } catch (error) {
      if (known === undefined || clock.now() >= known.expiration.getTime()) throw error;
      renewAt = clock.now() + AGAIN_MS;
    }
    return known;
  }

  return async function credentials() {
    const now = clock.now();
    // A clock that was set back says nothing of how old they are.
    if (known !== undefined && now >= askedAt && now < renewAt) return known;
    pending ??= renew().finally(() => {
      pending = undefined;
    });
    return pending;
  };
}

async function load(account: AwsAccount): Promise<AwsCredentials> {
  const { role_arn: role, name } = account;
  try {
    const provider = await providerOf(account);
    return await provider();
  } catch (error) {
    if (role !== undefined && isAnswer(error))
      throw failureOfError(error, `AWS ${name}`, `sts:AssumeRole of ${role}`);
    throw new Failure(
      'unauthorized',
      `AWS ${name}: no credentials (${messageOf(error)}); set access_key_id and secret_access_key, profile or role_arn`,
      { cause: error },
    );
  }
}

async function providerOf(account: AwsAccount): Promise<AwsCredentialProvider> {
  const { role_arn: role, external_id: externalId, endpoint } = account;
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  const own = await ownCredentials(account);
  if (role === undefined) return own;
  return fromTemporaryCredentials({
    masterCredentials: own,
    params: {
      RoleArn: role,
      RoleSessionName: 'octowatch',
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    },
    clientConfig: {
      region: account.regions[0] ?? 'us-east-1',
      maxAttempts: 2,
      ...(endpoint === undefined ? {} : { endpoint }),
    },
  });
}

async function ownCredentials(account: AwsAccount): Promise<AwsCredentialProvider> {
  const { access_key_id: id, secret_access_key: secret, session_token: token, profile } = account;
  if (id !== undefined && secret !== undefined) {
    const keys = {
      accessKeyId: id,
      secretAccessKey: secret,
      ...(token === undefined ? {} : { sessionToken: token }),
    };
    return () => Promise.resolve(keys);
  }
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  return fromNodeProviderChain({ ignoreCache: true, ...(profile === undefined ? {} : { profile }) });
}

/** Whether a service answered, rather than that nothing to ask with was found. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && '$metadata' in error;
}
