import { isNode, isPair, isScalar, visit, type Document, type Pair } from 'yaml';
import { SECRET_KEYS, SECRET_URLS, URL_CREDENTIALS } from './secret-keys.ts';

/** A line of a text that is not YAML, from a secret's value on. */
const SECRET_LINE = new RegExp(`(?<=(?:${[...SECRET_KEYS].join('|')})["']?\\s*:).*`, 'g');

/** The text with secrets overwritten by asterisks, so that a line of it may be shown and every position stays. */
export function hideSecrets(text: string, document: Document): string {
  let hidden = text.replace(URL_CREDENTIALS, (credentials) => `//${'*'.repeat(credentials.length - 3)}@`);
  if (document.errors.length > 0) return hidden.replace(SECRET_LINE, stars);
  for (const [start, end] of secretRanges(document))
    hidden = hidden.slice(0, start) + stars(hidden.slice(start, end)) + hidden.slice(end);
  return hidden;
}

function secretRanges(document: Document): (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = [];
  visit(document, {
    Pair(_, pair, ancestors) {
      if (!isSecret(pair, ancestors) || !isNode(pair.value) || !pair.value.range) return;
      ranges.push([pair.value.range[0], pair.value.range[1]]);
    },
  });
  return ranges;
}

function isSecret(pair: Pair, ancestors: readonly unknown[]): boolean {
  const key = keyOf(pair);
  if (key === 'url') return ancestors.some((ancestor) => keyOf(ancestor) === SECRET_URLS);
  return SECRET_KEYS.has(key);
}

function keyOf(node: unknown): string {
  return isPair(node) && isScalar(node.key) ? String(node.key.value) : '';
}

function stars(text: string): string {
  return text.replace(/\S/g, '*');
}
