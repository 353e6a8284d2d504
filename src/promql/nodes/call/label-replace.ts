import { RE2JS } from 're2js';
import { Failure, messageOf } from '../../../model/failure.ts';
import { labelValue } from '../../../model/labels.ts';
import { withLabel } from '../../label-sets.ts';
import type { VectorNode } from '../node.ts';
import { relabelNode, requireLabelName } from './relabel.ts';

/** The arguments of `label_replace` after the vector. */
export interface LabelReplacement {
  readonly target: string;
  /** May refer to groups of the pattern, as Go's `Regexp.Expand` has it. */
  readonly replacement: string;
  readonly source: string;
  /** RE2, anchored at both ends. */
  readonly pattern: string;
}

/** `label_replace`. @throws Failure `invalid` for a bad pattern or label name */
export function labelReplaceNode(child: VectorNode, options: LabelReplacement): VectorNode {
  const pattern = compile(options.pattern);
  const parts = parseReplacement(options.replacement);
  requireLabelName('label_replace', 'destination', options.target);
  return relabelNode(child, options.target, (labels) => {
    const match = pattern.matcher(labelValue(labels, options.source));
    if (!match.matches()) return labels;
    const value = parts.map((part) => expand(part, match)).join('');
    return withLabel(labels, options.target, value);
  });
}

/** A part of a replacement: text, or a reference to a group by number or name. */
type Part = { readonly text: string } | { readonly group: string };

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
