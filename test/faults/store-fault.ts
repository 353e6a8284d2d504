/** What a store does with bulk requests, from when it is told until it is told otherwise. */
export type StoreFault =
  | { readonly kind: 'none' }
  /** Answers everything with a status. */
  | { readonly kind: 'status'; readonly status: number }
  /** Refuses a random share of the items for now. */
  | { readonly kind: 'refuse-items'; readonly share: number; readonly status: number }
  /** Refuses line numbers `every - 1`, `2 * every - 1`, … for good. */
  | { readonly kind: 'poison'; readonly every: number }
  /** Takes the documents and never answers. */
  | { readonly kind: 'silence' }
  /** Resets the connection while the body is being sent, taking nothing. */
  | { readonly kind: 'reset-body' }
  /** Takes the documents and resets the connection. */
  | { readonly kind: 'reset-after' }
  /** Takes the documents and answers half of the JSON. */
  | { readonly kind: 'half-answer' }
  /** Answers 413 to larger bodies. */
  | { readonly kind: 'max-bytes'; readonly bytes: number }
  /**
   * Takes the documents of the next bulk, rolls the stream over, and resets the connection or, where `hold`, keeps it
   * open without an answer; then all is well.
   */
  | { readonly kind: 'lose-reply-and-roll-over'; readonly hold: boolean };

/** Whether a line is refused for good by `poison`. */
export function isPoisoned(number: number, every: number): boolean {
  return number % every === every - 1;
}
