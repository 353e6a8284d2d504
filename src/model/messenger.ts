import type { JsonObject, JsonValue } from './json.ts';

/** A block of Slack's Block Kit. */
export interface MessageBlock extends JsonObject {
  readonly type: string;
}

/** A message that is no incident: the weekly report. The same in every form that a receiver may want. */
export interface Message {
  /** The same for a repeated attempt: at most 64 characters of `A-Z a-z 0-9 . _ -`. */
  readonly id: string;
  /** ms: it was not sent before that. */
  readonly since: number;
  /** One line; the sentence that says it all. */
  readonly subject: string;
  /** Lines of at most 80 characters, for a fixed-width face. */
  readonly text: string;
  /** A whole document that needs nothing from elsewhere. */
  readonly html: string;
  /** Slack's Block Kit, within its limits. */
  readonly blocks: readonly MessageBlock[];
  readonly json: JsonValue;
}

/** One place that a receiver has for such messages: a channel, an address, a URL. */
export interface Messenger {
  /** `slack`, `email`, `webhook`, `console`. */
  readonly kind: string;
  /**
   * Delivers it; a repeated call with the same `id` must not show twice where the other side can tell.
   * @throws Failure; `retryable` says whether the same message may be tried again
   */
  send(message: Message, signal: AbortSignal): Promise<void>;
}
