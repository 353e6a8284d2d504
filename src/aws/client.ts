import { Failure } from '../model/failure.ts';
import type { Clock, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { withDeadline } from '../model/with-deadline.ts';
import type { AwsAction, AwsService, InputOf, OutputOf } from './actions.ts';
import { failureOfError } from './failure-of-error.ts';
import { pageShapeOf } from './page-shapes.ts';
import type { RateLimit } from './rate-limit.ts';
import { splitAction, type Sdk } from './sdk.ts';

/** Of one request, whatever the service. */
const TIMEOUT_MS = 15_000;
const MAX_ATTEMPTS = 4;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
const MAX_PAGES = 1000;

/** Requests to one region of an account, or to what the account has once. */
export interface AwsClient<Allowed extends AwsAction = AwsAction> {
  /** Its name in the configuration. */
  readonly account: string;
  /** Undefined for what is global. */
  readonly region: string | undefined;
  /**
   * One request, tried again where that can help and the budget of retries allows.
   * @throws Failure that names place and action: `rate_limited`, `forbidden`, `unauthorized`, `server_error`, `network`,
   * `timeout`, `malformed`, `not_found`, `rejected`, or `aborted`
   */
  call<Action extends Allowed>(
    action: Action,
    input: InputOf<Action>,
    signal: AbortSignal,
  ): Promise<OutputOf<Action>>;
  /** All pages of a list, as large as they may be; fields of `input` come first. @throws Failure as `call` does */
  pages<Action extends Allowed>(
    action: Action,
    input: InputOf<Action>,
    signal: AbortSignal,
  ): AsyncIterable<OutputOf<Action>>;
}

export interface AwsClientOptions {
  readonly account: string;
  readonly region: string | undefined;
  /** The place's name, for messages. */
  readonly place: string;
  readonly sdkOf: (service: AwsService) => Promise<Sdk>;
  readonly limitOf: (service: AwsService) => RateLimit;
  /** Takes one retry; false when the place has had its share. */
  readonly takeRetry: () => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: SelfMetrics;
}

/** A client of one place; what it may send and how often comes from `options`. */
export function createAwsClient(options: AwsClientOptions): AwsClient {
  const { account, region, place, clock, random, metrics } = options;

  async function call<Action extends AwsAction>(
    action: Action,
    input: InputOf<Action>,
    signal: AbortSignal,
  ): Promise<OutputOf<Action>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await attemptOf(action, input, signal);
      } catch (error) {
        const failure = failureOfError(error, `AWS ${place}`, action);
        const wait = failure.retryAfterMs ?? random() * FIRST_WAIT_MS * 2 ** attempt;
        const isThrottled = failure.reason === 'rate_limited';
        // whoever asks next waits with us
        if (isThrottled) options.limitOf(splitAction(action).service).pause(wait);
        const isLast = attempt === MAX_ATTEMPTS || wait > LONGEST_WAIT_MS;
        if (!failure.retryable || isLast || !options.takeRetry()) throw failure;
        if (!isThrottled) await clock.sleep(wait, signal);
      }
    }
  }

  async function attemptOf<Action extends AwsAction>(
    action: Action,
    input: InputOf<Action>,
    signal: AbortSignal,
  ): Promise<OutputOf<Action>> {
    const { service, operation } = splitAction(action);
    await options.limitOf(service).turn(signal);
    const count = (outcome: string): void =>
      metrics.increment('octowatch_aws_requests_total', { place, service, outcome });
    try {
      const answer = await withDeadline(clock, TIMEOUT_MS, signal, (until) =>
        send(action, operation, input, until),
      );
      count('ok');
      return answer;
    } catch (error) {
      const failure = failureOfError(error, `AWS ${place}`, action);
      count(failure.reason);
      throw failure;
    }
  }

  /** Says what an error of the SDK means before anybody else makes something of it. */
  async function send<Action extends AwsAction>(
    action: Action,
    operation: string,
    input: InputOf<Action>,
    signal: AbortSignal,
  ): Promise<OutputOf<Action>> {
    const sdk = await options.sdkOf(splitAction(action).service);
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the command of this name answers so
      return (await sdk.send(operation, input, signal)) as OutputOf<Action>;
    } catch (error) {
      throw failureOfError(error, `AWS ${place}`, action);
    }
  }

  async function* pages<Action extends AwsAction>(
    action: Action,
    input: InputOf<Action>,
    signal: AbortSignal,
  ): AsyncGenerator<OutputOf<Action>> {
    const { size, token, next } = pageShapeOf(action, splitAction(action).service);
    let page: unknown;
    for (let count = 1; count <= MAX_PAGES; count++) {
      const answer = await call(
        action,
        { ...size, ...input, ...(page === undefined ? {} : { [token]: page }) },
        signal,
      );
      yield answer;
      const following: unknown = Reflect.get(answer, next);
      if (following === undefined || following === '') return;
      if (following === page) throw new Failure('malformed', `AWS ${place} ${action}: the same page again`);
      page = following;
    }
    throw new Failure('too_large', `AWS ${place} ${action}: more than ${MAX_PAGES} pages`);
  }

  return { account, region, call, pages };
}
