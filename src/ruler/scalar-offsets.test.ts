import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Document, isScalar, parseDocument, Scalar } from 'yaml';
import { scalarOffsets } from './scalar-offsets.ts';

const STYLES = ['BLOCK_LITERAL', 'BLOCK_FOLDED', 'PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE'] as const;

function read(file: string): Scalar | undefined {
  const node = parseDocument(file).getIn(['groups', 0, 'expr'], true);
  return isScalar(node) ? node : undefined;
}

test('each character of an expression is found in the file, whatever the style', () => {
  const word = fc.constantFrom(
    'up',
    'sum',
    '(',
    ')',
    "'a'",
    '"b"',
    '\\',
    'ä',
    ' ',
    '  ',
    '\n',
    '\n  ',
    '==',
    ':',
    '#',
  );
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 40 }),
      fc.constantFrom(...STYLES),
      (words, style) => {
        const written = new Scalar(words.join(''));
        written.type = style;
        const file = new Document({ groups: [{ name: 'g', expr: written }] }).toString({ lineWidth: 20 });
        const scalar = read(file);
        // The library does not quote all that needs quotes.
        fc.pre(scalar !== undefined);
        const value = String(scalar.value);
        const offsets = scalarOffsets(scalar, file);
        for (let index = 0; index < value.length; index++) {
          const character = value.charAt(index);
          if (/\s/.test(character)) continue;
          const at = file.slice(offsets[index]);
          const isEscaped = at.startsWith(`\\${character}`) || at.startsWith('\\u') || at.startsWith('\\x');
          assert.ok(
            at.startsWith(character) || isEscaped,
            `${JSON.stringify(value)} at ${index} in:\n${file}`,
          );
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('the end of the text is behind its last word', () => {
  const file = 'groups:\n- name: g\n  expr: |\n    sum(\n      up\n\n';
  const scalar = read(file) ?? assert.fail();
  const end = file.lastIndexOf('up') + 2;
  assert.equal(scalarOffsets(scalar, file)[String(scalar.value).length], end);
});
