/** What ends a word: no key or token has it in it. */
const END = /[\s/?&](?=[^\s/?&]*$)/;

/**
 * A text of at most `max` characters. A longer one ends behind a whole word with `…`: half a secret could not be told
 * as one, nor be found by its other half.
 */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = END.exec(text.slice(0, max))?.index ?? 0;
  return `${text.slice(0, end)}…`;
}
