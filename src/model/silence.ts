import type { Labels } from './labels.ts';

/** A matcher in the form of Alertmanager's API v2. */
export interface SilenceMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  /** False: the label must not match. */
  readonly isEqual: boolean;
}

export type SilenceState = 'pending' | 'active' | 'expired';

/** Keeps alerts from being told for a while (Alertmanager's word and rules). Times in ms since the epoch. */
export interface Silence {
  /** A UUID. */
  readonly id: string;
  /** At least one, and one of them matches no empty text: a silence never is for everything by accident. */
  readonly matchers: readonly SilenceMatcher[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly updatedAt: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: Labels;
  /** It ends by itself as soon as every alert that it has muted is over. */
  readonly endsWithAlert: boolean;
}

/** A silence as a person asks for it; with the id of one that is there, it replaces it. */
export interface SilenceRequest extends Pick<
  Silence,
  'matchers' | 'startsAt' | 'endsAt' | 'createdBy' | 'comment'
> {
  readonly id?: string;
  readonly annotations?: Labels;
  readonly endsWithAlert?: boolean;
}

/** How a silence ended that ended while alerts it muted still fired: what the next page says of it. */
export interface SilenceEnd {
  readonly silence: Silence;
  readonly endedAt: number;
}
