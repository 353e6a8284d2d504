import { isNode, isPair, isScalar, visit, type Document, type Pair } from 'yaml';
import { isSecret, isSecretUrl, SECRET_KEYS, URL_CREDENTIALS } from './secret-keys.ts';
import { refusalOf } from './unsupported.ts';

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
      if (!isSecretPair(pair, ancestors) || !isNode(pair.value) || !pair.value.range) return;
      ranges.push([pair.value.range[0], pair.value.range[1]]);
    },
  });
  return ranges;
}

function isSecretPair(pair: Pair, ancestors: readonly unknown[]): boolean {
  const above = ancestors.filter(isPair).map(keyOf);
  const key = keyOf(pair);
  // What is not supported has secrets by names that are nobody's here.
  return isSecret(key, above) || isSecretUrl(key, above) || refusalOf([...above, key]) !== undefined;
}

function keyOf(node: unknown): string {
  return isPair(node) && isScalar(node.key) ? String(node.key.value) : '';
}

function stars(text: string): string {
  return text.replace(/\S/g, '*');
}
