import type { Labels } from '../../model/labels.ts';
import type { Silence, SilenceMatcher, SilenceState } from '../../model/silence.ts';
import { dateTime } from './date-time.ts';

/** A silence as `/silences` shows it (api/v2/openapi.yaml, gettableSilence). */
export interface SilenceJson {
  readonly id: string;
  readonly status: { readonly state: SilenceState };
  readonly matchers: readonly SilenceMatcher[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly updatedAt: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: Labels;
}

/** That it ends with its alerts is said by an annotation, which clients of Alertmanager keep. */
export function silenceJson(silence: Silence, state: SilenceState): SilenceJson {
  const { id, matchers, startsAt, endsAt, updatedAt, createdBy, comment, annotations } = silence;
  return {
    id,
    status: { state },
    matchers,
    startsAt: dateTime(startsAt),
    endsAt: dateTime(endsAt),
    updatedAt: dateTime(updatedAt),
    createdBy,
    comment,
    annotations,
  };
}
