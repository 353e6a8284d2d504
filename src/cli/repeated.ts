/** The values of an option that may be given several times. */
export function repeated(text: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, text];
}
