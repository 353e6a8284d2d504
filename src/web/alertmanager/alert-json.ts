import { generatorOf, startOf } from '../../model/alert-shown.ts';
import { fingerprintOf } from '../../model/fingerprint.ts';
import type { Labels } from '../../model/labels.ts';
import type { AlertView, Mute } from '../../model/on-call.ts';
import { dateTime } from './date-time.ts';

/** An alert as `/alerts` shows it (api/v2/openapi.yaml, gettableAlert), and below `octowatch` what Alertmanager has not. */
export interface AlertJson {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly fingerprint: string;
  readonly startsAt: string;
  readonly updatedAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: {
    readonly state: 'unprocessed' | 'active' | 'suppressed';
    readonly silencedBy: readonly string[];
    readonly inhibitedBy: readonly string[];
    readonly mutedBy: readonly string[];
  };
  readonly octowatch: {
    /** Keys of the incidents that tell of it. */
    readonly incidents: readonly string[];
    /** Why it is not told. */
    readonly mutes: readonly {
      readonly kind: Mute['kind'];
      readonly reason: string;
      readonly until?: string;
    }[];
    /** Until when its page waits for a heal. */
    readonly heldUntil?: string;
    /** The key of the incident that tells of it among others. */
    readonly foldedInto?: string;
  };
}

/** What stands around an alert. */
export interface AlertOutlook {
  readonly now: number;
  /** After so long without news clients take an alert for over, ms. */
  readonly resolveTimeoutMs: number;
  readonly externalUrl: string;
  /** The fingerprint of the alert with this key; undefined when it is over. */
  fingerprintFor(key: string): string | undefined;
}

/** As Alertmanager, an alert that is told nowhere is suppressed, and one whose group was not looked at is unprocessed. */
export function alertJson(
  { alert, receivers, incidents, mutes, heldUntil, foldedInto, isProcessed }: AlertView,
  outlook: AlertOutlook,
): AlertJson {
  const { now, resolveTimeoutMs, externalUrl, fingerprintFor } = outlook;
  const by = (kind: Mute['kind']): string[] => mutes.filter((mute) => mute.kind === kind).map(({ id }) => id);
  const waiting = isProcessed ? 'active' : 'unprocessed';
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    fingerprint: fingerprintOf(alert.labels),
    startsAt: dateTime(startOf(alert)),
    updatedAt: dateTime(now),
    endsAt: dateTime(now + resolveTimeoutMs),
    generatorURL: generatorOf(alert, externalUrl),
    receivers: receivers.map((name) => ({ name })),
    status: {
      state: mutes.length > 0 ? 'suppressed' : waiting,
      silencedBy: by('silence'),
      inhibitedBy: by('inhibition').map((key) => fingerprintFor(key) ?? key),
      mutedBy: by('time_interval'),
    },
    octowatch: {
      incidents,
      mutes: mutes.map(({ kind, reason, until }) => ({
        kind,
        reason,
        ...(until === undefined ? {} : { until: dateTime(until) }),
      })),
      ...(heldUntil === undefined ? {} : { heldUntil: dateTime(heldUntil) }),
      ...(foldedInto === undefined ? {} : { foldedInto }),
    },
  };
}
