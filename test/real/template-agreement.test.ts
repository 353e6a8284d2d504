import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { parseRuleFile } from '../../src/ruler/parse-rule-file.ts';
import { skipWithoutGo } from './go-program.ts';
import { refusedRules } from './refused-rules.ts';

// prettier-ignore
const PIECES = [
  '{{', '}}', '{{ ', ' }}', '{{- ', ' -}}', '-', ' ', '\n', 'text', '(', ')', ' | ', ':=', ' = ', ', ', '"', '\\',
  '"x"', '`y`', "'c'", '1', '1.5', '0x1', '-3', '1e3', '1_0', '0b11', '08', '.5', 'nil', 'true', '/* c */',
  '.', '$', '$labels', '$value', '$x', '$i, $v := ', '.Labels', '.x', '{{$x := 1}}', '{{if .}}', '{{range .}}',
  'if ', 'else', 'else if ', 'end', '{{end}}', '{{else}}', 'range ', 'with ', 'break', 'continue',
  'define "a"', 'template "a" ', 'block "b" .', 'humanize ', 'query ', 'first', 'and ', 'printf "%d" ', 'nope',
];

function ruleOf(template: string): object {
  return { alert: 'A', expr: 'vector(1)', annotations: { text: template } };
}

function isRefused(template: string): boolean {
  const text = JSON.stringify({ groups: [{ name: 'g', rules: [ruleOf(template)] }] });
  return parseRuleFile(text, 'f').problems.length > 0;
}

test(
  'promtool takes and refuses templates as we do: 2,000 made of pieces',
  { skip: skipWithoutGo() },
  async () => {
    const texts = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 9 });
    const template = fc.tuple(fc.boolean(), texts).map(([isInside, pieces]) => {
      const text = pieces.join('');
      return isInside ? `{{ ${text} }}` : text;
    });
    const templates = fc.sample(template, { seed: 1, numRuns: 2000 });
    const refused = await refusedRules(templates.map(ruleOf));
    assert.ok(refused.size > 500 && refused.size < templates.length - 200, `${refused.size} refused`);
    assert.deepEqual(
      templates.filter((text, index) => isRefused(text) !== refused.has(index)),
      [],
    );
  },
);
