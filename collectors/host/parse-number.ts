import { Failure } from '../../src/model/failure.ts';

/** A count as kernels write it. @throws Failure `malformed` naming the file */
export function countOf(text: string | undefined, file: string): number {
  if (text !== undefined && /^\d+$/.test(text)) return Number(text);
  throw malformed(file, text);
}

/** A number with or without a fraction. @throws Failure `malformed` naming the file */
export function decimalOf(text: string | undefined, file: string): number {
  if (text !== undefined && /^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw malformed(file, text);
}

/** A file whose content is one count, `max` where there is no limit: undefined then. */
export function limitOf(text: string, file: string): number | undefined {
  const word = text.trim();
  return word === 'max' ? undefined : countOf(word, file);
}

/** The lines that have something in them. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** The words of a line. */
export function wordsOf(line: string): string[] {
  return line.trim().split(/\s+/);
}

/** @returns what is thrown where a file is not what kernels write */
export function malformed(file: string, found: string | undefined): Failure {
  const shown = found === undefined ? 'nothing' : JSON.stringify(found.slice(0, 40));
  return new Failure('malformed', `${file}: expected a number as the kernel writes it, found ${shown}`);
}
