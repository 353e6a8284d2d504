import { RE2JS } from 're2js';
import { Failure, messageOf } from '../../model/failure.ts';
import { withLabel } from '../label-sets.ts';
import type { Vector } from '../value.ts';
import { VectorBuilder } from '../vector-builder.ts';

/** A part of a replacement: text, or a reference to a group by number or name. */
type Part = { readonly text: string } | { readonly group: string };

export interface LabelReplacement {
  readonly target: string;
  readonly replacement: string;
  readonly source: string;
  /** RE2, anchored at both ends. */
  readonly pattern: string;
}

/** `label_replace`. @returns a function of the vector. @throws Failure `invalid` for a bad pattern or label */
export function labelReplace(options: LabelReplacement): (vector: Vector) => Vector {
  const pattern = compile(options.pattern);
  const parts = parseReplacement(options.replacement);
  requireName('label_replace', 'destination', options.target);
  return (vector) => {
    const builder = new VectorBuilder();
    vector.labels.forEach((labels, index) => {
      const match = pattern.matcher(labels[options.source] ?? '');
      const value = match.matches() ? parts.map((part) => expand(part, match)).join('') : undefined;
      builder.add(
        value === undefined ? labels : withLabel(labels, options.target, value),
        valueAt(vector, index),
      );
    });
    return builder.buildDistinct();
  };
}

/** `label_join`. @throws Failure `invalid` for a bad label name */
export function labelJoin(
  target: string,
  separator: string,
  sources: readonly string[],
): (vector: Vector) => Vector {
  requireName('label_join', 'destination', target);
  for (const source of sources) requireName('label_join', 'source', source);
  return (vector) => {
    const builder = new VectorBuilder();
    vector.labels.forEach((labels, index) => {
      const joined = sources.map((source) => labels[source] ?? '').join(separator);
      builder.add(withLabel(labels, target, joined), valueAt(vector, index));
    });
    return builder.buildDistinct();
  };
}

function valueAt(vector: Vector, index: number): number {
  return vector.values[index] ?? Number.NaN;
}

function requireName(name: string, role: string, label: string): void {
  // The replacement character stands where the text was not UTF-8.
  const isValid = label !== '' && !label.includes('\ufffd');
  if (!isValid) throw new Failure('invalid', `invalid ${role} label name in ${name}(): ${label}`);
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(`^(?s:${pattern})$`);
  } catch (error) {
    throw new Failure(
      'invalid',
      `invalid regular expression in label_replace(): ${pattern}: ${messageOf(error)}`,
    );
  }
}

/** Go's `Regexp.Expand`: `$1`, `${1}`, `$name`, `${name}`, `$$`; the longest name counts. */
function parseReplacement(text: string): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(/\$(?:\$|(\w+)|\{(\w+)\})/g)) {
    parts.push({ text: text.slice(from, match.index) });
    const group = match[1] ?? match[2];
    parts.push(group === undefined ? { text: '$' } : { group });
    from = match.index + match[0].length;
  }
  return [...parts, { text: text.slice(from) }];
}

function expand(part: Part, match: ReturnType<RE2JS['matcher']>): string {
  if ('text' in part) return part.text;
  try {
    const group = /^\d+$/.test(part.group) ? Number(part.group) : part.group;
    return match.group(group) ?? '';
  } catch {
    // A group that the pattern does not have is empty, as in Go.
    return '';
  }
}
