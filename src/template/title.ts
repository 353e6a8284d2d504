const WORDS = new Intl.Segmenter('en-US', { granularity: 'word' });
const CASED = /\p{L}/u;

/** Each word's first letter as a capital, the others kept; words as Unicode divides them (UAX 29): `o'clock` is one. */
export function title(text: string): string {
  return Array.from(WORDS.segment(text), ({ segment }) => capital(segment)).join('');
}

function capital(word: string): string {
  return word.replace(CASED, (letter) => letter.toUpperCase());
}
