import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { Failure, messageOf } from '../model/failure.ts';
import { hideSecrets } from './hide-secrets.ts';

/** A YAML text with the positions of its parts. */
export interface SourceText {
  /** What it says, as plain values. */
  readonly value: unknown;
  /** `octowatch.yml:3:5: message`, the line with its secrets hidden, and a caret below it. */
  problem(path: readonly PropertyKey[], message: string): string;
}

/** Parses YAML. @throws Failure `invalid` with line, column and a caret */
export function parseSource(name: string, text: string): SourceText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  let shown: string | undefined;
  const pointAt = (offset: number, message: string): string =>
    withCaret(name, (shown ??= hideSecrets(text, document)), lines.linePos(offset), message);
  const [error] = document.errors;
  if (error !== undefined) throw new Failure('invalid', pointAt(error.pos[0], error.message));
  return {
    value: toValue(name, document),
    problem: (path, message) => pointAt(offsetOf(document, path), message),
  };
}

function toValue(name: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new Failure('invalid', `${name}: ${messageOf(error)}`);
  }
}

function withCaret(name: string, text: string, at: { line: number; col: number }, message: string): string {
  const line = (text.split('\n')[at.line - 1] ?? '').trimEnd();
  const indent = line.slice(0, at.col - 1).replace(/[^\t]/g, ' ');
  return `${name}:${at.line}:${at.col}: ${message}\n  ${line}\n  ${indent}^`;
}

/** Where the part at `path` begins; for a path that is not there, its nearest parent. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const key = keyOffset(document, path.slice(0, length));
    if (key !== undefined) return key;
  }
  return 0;
}

function keyOffset(document: Document, path: readonly PropertyKey[]): number | undefined {
  const parent: unknown = document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  const pairs: readonly { key: unknown }[] = isMap(parent) ? parent.items : [];
  const pair = pairs.find(({ key }) => String(isScalar(key) ? key.value : key) === String(last));
  const node: unknown = pair?.key ?? document.getIn(path, true);
  return isNode(node) ? (node.range?.[0] ?? undefined) : undefined;
}
