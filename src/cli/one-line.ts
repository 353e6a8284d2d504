/** What a terminal would obey: alerts and silences come from whoever may post them. */
const CONTROL = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;

/** A text that others wrote as one line for a terminal. */
export function oneLine(text: string): string {
  return text.replace(CONTROL, ' ').replaceAll(/\s+/g, ' ').trim();
}
