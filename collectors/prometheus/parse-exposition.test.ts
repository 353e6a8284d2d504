import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatLabelText } from '../../src/model/label-text.ts';
import { METRIC_NAME, type Labels } from '../../src/model/labels.ts';
import { openHead, START } from '../../test/fakes/head-fixture.ts';
import type { ExpositionFormat } from './exposed-sample.ts';
import { parseExposition } from './parse-exposition.ts';

type Read = [name: string, labels: Labels, value: number, time?: number];

function read(text: string, format: ExpositionFormat, normalise = true): Read[] {
  const samples: Read[] = [];
  parseExposition(text, { format, normalise }, ({ name, labels, value, time }) => {
    const pairs = Object.fromEntries(
      Array.from({ length: labels.length / 2 }, (_, i) => [labels[i * 2], labels[i * 2 + 1]]),
    );
    samples.push(time === undefined ? [name, pairs, value] : [name, pairs, value, time]);
  });
  return samples;
}

const lines: readonly [format: ExpositionFormat, line: string, sample: Read][] = [
  ['text', 'up 1', ['up', {}, 1]],
  ['text', ' \t up\t1 \t', ['up', {}, 1]],
  ['text', 'up{} 1', ['up', {}, 1]],
  ['text', 'up{a="b"}1', ['up', { a: 'b' }, 1]],
  ['text', 'up { a = "b" , c = "d" , } 1', ['up', { a: 'b', c: 'd' }, 1]],
  // No comma: Prometheus takes it, though nobody promised it.
  ['text', 'up { a = "b" c = "d" } 1', ['up', { a: 'b', c: 'd' }, 1]],
  ['text', 'up{empty=""} 1', ['up', { empty: '' }, 1]],
  ['text', 'a:b:rate5m{_x="}{,= #"} 1', ['a:b:rate5m', { _x: '}{,= #' }, 1]],
  ['text', 'up{a="\\"\\\\\\n\\x"} 1', ['up', { a: '"\\\n\\x' }, 1]],
  ['text', 'up{a="zero \0 in it"} 1', ['up', { a: 'zero \0 in it' }, 1]],
  ['text', 'up 33  \t123123', ['up', {}, 33, 123_123]],
  ['text', 'up 33 -5', ['up', {}, 33, -5]],
  ['text', '{"my.metric"} 1', ['my.metric', {}, 1]],
  ['text', '{ "my.metric", "a b" = "c", } 1', ['my.metric', { 'a b': 'c' }, 1]],
  ['text', '{a="b","öl \\"10€\\""} 1', ['öl "10€"', { a: 'b' }, 1]],
  ['openmetrics', 'up{a="b",c="d"} 1', ['up', { a: 'b', c: 'd' }, 1]],
  ['openmetrics', 'up 1 123.123', ['up', {}, 1, 123_123]],
  ['openmetrics', 'up 1 1520879607.789', ['up', {}, 1, 1_520_879_607_789]],
  ['openmetrics', 'up_bucket{le="+Inf"} 1 # {id="x"} 4', ['up_bucket', { le: '+Inf' }, 1]],
  ['openmetrics', 'up_count 1 2.5 # {"id.x"="y",z="#"} 4 123.123', ['up_count', {}, 1, 2500]],
  ['openmetrics', 'up_count 1 # {} 4', ['up_count', {}, 1]],
  ['openmetrics', '{q="0.9","http.status"} 1', ['http.status', { q: '0.9' }, 1]],
];
describe('a line', () => {
  for (const [format, line, sample] of lines)
    test(`${format}: ${JSON.stringify(line)}`, () => {
      assert.deepEqual(read(format === 'text' ? line : `${line}\n# EOF\n`, format), [sample]);
    });
});

const numbers: readonly [text: string, value: number][] = [
  ['0', 0],
  ['-0', -0],
  ['1e3', 1000],
  ['+1.5E-2', 0.015],
  ['.5', 0.5],
  ['5.', 5],
  ['4.9351e-05', 4.9351e-5],
  ['NaN', Number.NaN],
  ['nan', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['inf', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];
test('values as Go reads them', () => {
  for (const [text, value] of numbers)
    assert.deepEqual(read(`a ${text}\n`, 'text'), [['a', {}, value]], text);
});

test('comments are no samples, whatever they say', () => {
  const page = `# HELP up Whether \\n it # "is {up}
# 	TYPE up gauge
#
#no comment of anything
# Hrandom text
# HELP nothing
# TYPE "my.metric" counter

up 1
`;
  assert.deepEqual(read(page, 'text'), [['up', {}, 1]]);
});

test('bounds are written in one way where the type says that they are some', () => {
  const page = `# TYPE h histogram
h_bucket{le="1"} 1
h_bucket{le="1000000"} 1
h_bucket{le="+Inf"} 1
other{le="1"} 1
# TYPE s summary
s{quantile="0.50"} 1
s{quantile="1e-5",le="1"} 1
# TYPE g gauge
g{le="1"} 1
`;
  const bounds = [{ le: '1.0' }, { le: '1e+06' }, { le: '+Inf' }, { le: '1' }];
  const quantiles = [{ quantile: '0.5' }, { quantile: '1e-05', le: '1' }, { le: '1' }];
  assert.deepEqual(
    read(page, 'text').map(([, labels]) => labels),
    [...bounds, ...quantiles],
  );
  assert.deepEqual(read(page, 'text', false)[0]?.[1], { le: '1' });
});

test('_created says when a counter, histogram or summary began, and is no sample', () => {
  const page = `# TYPE foo counter
foo_total 17.0 1520879607.789 # {id="x"} 5
foo_created 1520872607.123
# TYPE fizz_created gauge
fizz_created 17.0
# TYPE h_seconds histogram
# UNIT h_seconds seconds
h_seconds_count 1
h_seconds_created{a="b"} 1520872607.123
# EOF
`;
  assert.deepEqual(
    read(page, 'openmetrics').map(([name]) => name),
    ['foo_total', 'fizz_created', 'h_seconds_count'],
  );
});

const refused: readonly [format: ExpositionFormat, text: string, message: string][] = [
  ['text', 'a', 'line 1, column 2: expected a value, found the end'],
  ['text', 'ok 1\n  a\n', 'line 2, column 4: expected a value, found "\\n"'],
  ['text', "a{b='c'} 1\n", `line 1, column 5: expected label value, found "'c'} 1\\n"`],
  ['text', 'a{b=\n', 'line 1, column 5: expected label value, found "\\n"'],
  ['text', 'a{b="', 'line 1, column 5: expected the end of the quoted label value, found "\\""'],
  ['text', 'a{="b"} 0', 'line 1, column 3: expected a label name, found "=\\"b\\"} 0"'],
  ['text', 'a{b\0="c"} 0', 'line 1, column 4: expected =, found "\\u0000=\\"c\\"} 0"'],
  ['text', '{A}0', 'line 1, column 3: expected =, found "}0"'],
  ['text', '{"a", "b = "c"}', 'line 1, column 13: expected =, found "c\\"}"'],
  ['text', '{"a", "b"} 1', 'line 1, column 10: expected =, found "} 1"'],
  ['text', '{a="ok"} 1', 'line 1, column 1: expected a metric name in it, found "{a=\\"ok\\"} 1"'],
  ['text', 'a true', 'line 1, column 3: expected a value, found "true"'],
  ['text', 'a 1_2', 'line 1, column 3: expected a value, found "1_2"'],
  ['text', 'a 0x1p-3', 'line 1, column 3: expected a value, found "0x1p-3"'],
  ['text', 'a 1e999', 'line 1, column 3: expected a value, found "1e999"'],
  ['text', 'a 0 1_2', 'line 1, column 5: expected a timestamp in ms, or the end of the line, found "1_2"'],
  ['text', 'a 0 1 2', 'line 1, column 7: expected the end of the line, found "2"'],
  ['text', '9 1', 'line 1, column 1: expected a metric name, { or #, found "9 1"'],
  ['text', '# TYPE #\n', 'line 1, column 8: expected a metric name after TYPE, found "#\\n"'],
  ['text', '# TYPE a thing\n', 'line 1, column 10: expected a metric type, found "thing\\n"'],
  ['text', '<html>', 'line 1, column 1: expected a metric name, { or #, found "<html>"'],
  ['openmetrics', '', 'line 1, column 1: expected # EOF, found the end'],
  ['openmetrics', 'a 1\n', 'line 2, column 1: expected # EOF, found the end'],
  ['openmetrics', '\n# EOF', 'line 1, column 1: expected a metric name, { or #, found "\\n# EOF"'],
  ['openmetrics', ' a 1\n', 'line 1, column 1: expected a metric name, { or #, found " a 1\\n"'],
  ['openmetrics', 'a\t1\n', 'line 1, column 2: expected a space and the value, found "\\t1\\n"'],
  ['openmetrics', 'a 1 2 \n', 'line 1, column 7: expected the end of the line, or an exemplar, found "\\n"'],
  ['openmetrics', 'a 1 NaN\n', 'line 1, column 5: expected a timestamp in seconds, found "NaN\\n"'],
  ['openmetrics', 'a{b="c"d="e"} 1\n', 'line 1, column 8: expected a comma or }, found "d=\\"e\\"} 1\\n"'],
  ['openmetrics', 'a{,b="c"} 1\n', 'line 1, column 3: expected a label name, found ",b=\\"c\\"} 1\\n"'],
  ['openmetrics', '# TYPE u untyped\n', 'line 1, column 10: expected a metric type, found "untyped\\n"'],
  ['openmetrics', '# TYPE c  counter\n', 'line 1, column 10: expected a metric type, found " counter\\n"'],
  [
    'openmetrics',
    '# UNIT a suffix\n',
    'line 1, column 10: expected a unit that a ends in, found "suffix\\n"',
  ],
  ['openmetrics', '# HELP m\n', 'line 1, column 9: expected a space and text after HELP, found "\\n"'],
  [
    'openmetrics',
    '# comment\n',
    'line 1, column 1: expected # HELP, # TYPE, # UNIT or # EOF, found "# comment\\n"',
  ],
  ['openmetrics', '# EOF\n\n', 'line 2, column 1: expected nothing after # EOF, found "\\n"'],
  [
    'openmetrics',
    'a 1 # {b="c"}\n# EOF',
    'line 1, column 14: expected a space and the value of the exemplar, found "\\n# EOF"',
  ],
];
describe('a page that is none says where', () => {
  for (const [format, text, message] of refused)
    test(`${format}: ${JSON.stringify(text)}`, () => {
      assert.throws(() => read(text, format), { name: 'Failure', reason: 'malformed', message });
    });
});

test('whatever is read, it ends: as samples or as a failure with its place', () => {
  const piece = fc.oneof(
    fc.constantFrom('# TYPE ', '# HELP ', '# EOF\n', '{', '}', '"', '=', ',', ' ', '\n', '\\', 'a', '1', '#'),
    fc.string(),
  );
  fc.assert(
    fc.property(
      fc.array(piece),
      fc.constantFrom<ExpositionFormat[]>('text', 'openmetrics'),
      (pieces, format) => {
        try {
          read(pieces.join(''), format);
        } catch (error) {
          assert.match(String(error), /^Failure: line \d+, column \d+: expected /);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('the page of a head is read as it was written', async (t) => {
  const name = fc.oneof(fc.stringMatching(/^[a-z_][a-z0-9_]{0,10}$/), fc.string({ minLength: 1 }));
  const series = fc.tuple(
    name,
    fc.dictionary(name, fc.string({ minLength: 1, unit: 'binary' })),
    fc.double(),
  );
  const samples = fc.uniqueArray(series, { selector: ([metric]) => metric, maxLength: 5 });
  const { head } = await openHead(t);
  let time = START;
  fc.assert(
    fc.property(samples, (written) => {
      time++;
      const sets = written.map(([metric, labels, value]) => {
        const { [METRIC_NAME]: _, ...others } = labels;
        return [metric, others, value] as const;
      });
      head.record(
        sets.map(([metric, labels, value]) => ({
          labels: { ...labels, [METRIC_NAME]: metric },
          time,
          value,
        })),
      );
      const now = read([...head.exposition()].join(''), 'text').filter(([, , , at]) => at === time);
      const sorted = (all: readonly (readonly [string, Labels, number, number?])[]) =>
        all.map((each) => JSON.stringify([each[0], formatLabelText(each[1]), String(each[2])])).toSorted();
      assert.deepEqual(sorted(now), sorted(sets));
    }),
  );
});
