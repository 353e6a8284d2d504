import type { Alert } from '../../model/alert.ts';
import { matchesAll, type Matcher } from '../../model/matcher.ts';
import type { Mute } from '../../model/on-call.ts';
import type { Silence } from '../../model/silence.ts';
import { toMatcher } from './silence-matchers.ts';
import { silenceMute } from './silence-mute.ts';

/** A silence with what is known of it. Its matchers never change: a silence with others has an id of its own. */
export class SilenceEntry {
  silence: Silence;
  readonly #matchers: readonly Matcher[];
  /** Keys of alerts that fire and that it mutes, or muted when it ended. */
  readonly muted: Set<string>;
  /** Those of `muted` that are on disk. */
  readonly saved: Set<string>;
  /** Its end was told, or concerned nobody. */
  isSettled: boolean;

  #said: { readonly silence: Silence; readonly minute: number; readonly mute: Mute } | undefined;

  /** @throws Failure `invalid` when a matcher's regular expression does not compile */
  constructor(silence: Silence, muted: Iterable<string> = [], isSettled = false) {
    this.silence = silence;
    this.#matchers = silence.matchers.map(toMatcher);
    this.muted = new Set(muted);
    this.saved = new Set(this.muted);
    this.isSettled = isSettled;
  }

  /** What it says to the alerts that it mutes at `now`, ms; made once a minute. */
  muteAt(now: number): Mute {
    const minute = Math.floor(now / 60_000);
    if (this.#said?.silence !== this.silence || this.#said.minute !== minute)
      this.#said = { silence: this.silence, minute, mute: silenceMute(this.silence, now) };
    return this.#said.mute;
  }

  matches({ labels }: Alert): boolean {
    return matchesAll(this.#matchers, labels);
  }
}
