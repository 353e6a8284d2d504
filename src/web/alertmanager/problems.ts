import type { z } from 'zod';

const SHOWN = 5;

/** What is wrong with a body, one phrase each with its place: `[3].labels: expected record`. */
export function problemsOf({ issues }: z.ZodError): string {
  const shown = issues.slice(0, SHOWN).map(({ path, message }) => {
    const place = placeOf(path);
    return place === '' ? message : `${place}: ${message}`;
  });
  const more = issues.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
