import type { RateLimit } from './token-bucket.ts';

/** What may go wrong between the agent and one instance's API, apart from incidents. */
export type Fault =
  | { readonly kind: 'login-page' }
  | ({ readonly kind: 'rate-limit' } & RateLimit)
  | { readonly kind: 'revoked-key' }
  /** A POST or PUT is applied, and the connection reset before the answer: the outcome is unknown. */
  | { readonly kind: 'die-after-post'; readonly times: number };

export interface FaultHandle {
  end(): void;
}

/** A POST or PUT that reached an instance. */
export interface WriteRecord {
  /** ms since the epoch, by the simulator's clock. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** The status that was answered, or would have been. */
  readonly status: number;
  /** False when the connection was reset before the answer. */
  readonly isAnswered: boolean;
}
