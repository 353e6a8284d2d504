import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { Failure } from '../model/failure.ts';
import { STANDARD_FUNCTIONS } from './functions.ts';
import { createQueryFunctions, QuerySample } from './query-functions.ts';
import { compileTemplate, renderTemplate } from './render-template.ts';

const SAMPLES: Readonly<Record<string, readonly QuerySample[]>> = {
  'metric{instance="a"}': [new QuerySample({ __name__: 'metric', instance: 'a' }, 11)],
  metric: [
    new QuerySample({ __name__: 'metric', instance: 'b' }, 21),
    new QuerySample({ __name__: 'metric', instance: 'a' }, 11),
  ],
  missing: [],
};

const labels = { tenant: 'acme', node: 'octo-0:8080', empty: '' };
const options = {
  name: 'summary',
  functions: { ...STANDARD_FUNCTIONS, ...createQueryFunctions((text) => SAMPLES[text] ?? []) },
  variables: { labels, value: 1234.5678, externalLabels: { region: 'eu' } },
};
const data = {
  Labels: labels,
  Value: 1234.5678,
  List: ['x', 'y', 'z'],
  Nested: { Deep: { er: 'deepest' } },
  Call: (...args: readonly unknown[]) => `called with ${args.join('+')}`,
};

function render(text: string): string {
  return renderTemplate(text, data, options);
}

describe('templates render', () => {
  const cases: [template: string, text: string][] = [
    ['plain text', 'plain text'],
    ['{{ $labels.tenant }}: {{ $value }}', 'acme: 1234.5678'],
    ['{{.Labels.tenant}} {{.Value}} {{$externalLabels.region}}', 'acme 1234.5678 eu'],
    ['{{ $labels.nothing }}|{{ .Labels.nothing }}', '|'],
    ['{{ "quoted \\"text\\"\\n" }}{{ `raw \\n` }}', 'quoted "text"\nraw \\n'],
    ['{{ 1 }} {{ 1.5 }} {{ -2e3 }} {{ 0x10 }} {{ true }} {{ nil }}', '1 1.5 -2000 16 true '],
    ['a {{- 1 -}} b', 'a1b'],
    ['a  {{- /* dropped */ -}}  b{{/* too */}}!', 'ab!'],
    [
      '{{ printf "%s has %.1f, %d, %5d|%-5d|%05d %q %t %v%%" .Labels.tenant 1.25 7 7 7 7 "x" true 3 }}',
      'acme has 1.2, 7,     7|7    |00007 "x" true 3%',
    ],
    [
      '{{ printf "%d" 1.5 }} {{ printf "%s" }} {{ printf "x" 1 }}',
      '%!d(float64=1.5) %!s(MISSING) x%!(EXTRA int=1)',
    ],
    [
      '{{ 12345.6789 | printf "%.2f" }} {{ printf "%e" 1500000.0 }} {{ printf "%.3g" 1234567.0 }}',
      '12345.68 1.500000e+06 1.23e+06',
    ],
    ['{{ 0.00001 }} {{ 1e21 }} {{ 1e20 }}', '1e-05 1e+21 1e+20'],
    [
      '{{ if .Labels.tenant }}yes{{ else }}no{{ end }}{{ if .Labels.empty }}yes{{ else }}no{{ end }}',
      'yesno',
    ],
    [
      '{{ if false }}1{{ else if true }}2{{ else }}3{{ end }}{{ if 0 }}1{{ else if 0 }}2{{ else }}3{{ end }}',
      '23',
    ],
    [
      '{{ with .Labels.tenant }}<{{ . }}>{{ end }}{{ with .Labels.none }}x{{ else }}none{{ end }}',
      '<acme>none',
    ],
    ['{{ with $x := .Labels.tenant }}{{ $x }}{{ end }}', 'acme'],
    ['{{ range .List }}{{ . }},{{ end }}', 'x,y,z,'],
    ['{{ range $i, $v := .List }}{{ $i }}={{ $v }} {{ end }}', '0=x 1=y 2=z '],
    ['{{ range $v := .List }}{{ if eq $v "y" }}{{ continue }}{{ end }}{{ $v }}{{ end }}', 'xz'],
    ['{{ range .List }}{{ if eq . "y" }}{{ break }}{{ end }}{{ . }}{{ end }}', 'x'],
    [
      '{{ range $k, $v := .Nested }}{{ $k }}{{ end }}{{ range .Labels.none }}{{ else }} none{{ end }}',
      'Deep none',
    ],
    ['{{ $x := 1 }}{{ range .List }}{{ $x = . }}{{ end }}{{ $x }}', 'z'],
    ['{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}', '1'],
    ['{{ and 1 0 }} {{ and true "x" }} {{ or 0 "" "z" }} {{ not 1 }}', '0 x z false'],
    ['{{ or true (first (query "missing")) }}', 'true'],
    [
      '{{ eq 1 1.0 }} {{ eq "a" "b" "a" }} {{ ne "a" "b" }} {{ lt 1 2 }} {{ ge "b" "a" }} {{ gt $value 1000 }}',
      'true true true true true true',
    ],
    ['{{ len .List }} {{ len "häh" }} {{ index .List 1 }} {{ index .Labels "tenant" }}', '3 4 y acme'],
    ['{{ .Nested.Deep.er }} {{ (index .List 0) }} {{ .Call 1 "b" }}', 'deepest x called with 1+b'],
    ['{{ query "metric{instance=\\"a\\"}" | first | value }}', '11'],
    ['{{ query "metric" | first | label "instance" }}', 'b'],
    [
      '{{ range query "metric" | sortByLabel "instance" }}{{ .Labels.instance }}:{{ .Value }} {{ end }}',
      'a:11 b:21 ',
    ],
    ['{{ with query "missing" }}{{ . | first | value }}{{ else }}nothing{{ end }}', 'nothing'],
    ['{{ toUpper "aB" }} {{ toLower "aB" }} {{ title "task queue o\'clock" }}', "AB ab Task Queue O'clock"],
    ['{{ match "a+" "xaay" }} {{ match "^a" "xa" }}', 'true false'],
    ['{{ reReplaceAll "(a)(b)" "$2$1" "abab" }} {{ reReplaceAll "x(?P<n>.)" "<${n}>" "xy" }}', 'baba <y>'],
    [
      '{{ stripPort .Labels.node }} {{ stripPort "[::1]:80" }} {{ stripDomain "host.example:80" }}',
      'octo-0 ::1 host:80',
    ],
    [
      '{{ (toTime 1700000000).Format "2006-01-02 15:04:05 MST" }} {{ (1700000000 | toTime).Year }}',
      '2023-11-14 22:13:20 UTC 2023',
    ],
    [
      '{{ define "line" }}[{{ . }}]{{ end }}{{ template "line" .Labels.tenant }}{{ template "line" "b" }}',
      '[acme][b]',
    ],
    ['{{ block "b" .Labels }}{{ .tenant }}{{ end }}', 'acme'],
    ['{{ join ", " .List }} {{ .List }} {{ .Nested }}', 'x, y, z [x y z] map[Deep:map[er:deepest]]'],
  ];
  for (const [template, text] of cases) test(template, () => assert.equal(render(template), text));
});

describe('humanizing', () => {
  const cases: [template: string, text: string][] = [
    ['humanize 0.0', '0'],
    ['humanize 1234567.0', '1.235M'],
    ['humanize .12', '120m'],
    ['humanize "1500"', '1.5k'],
    ['humanize -22222.2', '-22.22k'],
    ['humanize1024 0.0', '0'],
    ['humanize1024 1048576.0', '1Mi'],
    ['humanize1024 .12', '0.12'],
    ['humanizeDuration 0', '0s'],
    ['humanizeDuration 1', '1s'],
    ['humanizeDuration 60', '1m 0s'],
    ['humanizeDuration 3600', '1h 0m 0s'],
    ['humanizeDuration 86400', '1d 0h 0m 0s'],
    ['humanizeDuration -90061', '-1d 1h 1m 1s'],
    ['humanizeDuration 899.99', '14m 59s'],
    ['humanizeDuration 12.3456', '12.35s'],
    ['humanizeDuration .0123', '12.3ms'],
    ['humanizeDuration 60.1', '1m 0s'],
    ['humanizePercentage -0.22222', '-22.22%'],
    ['humanizePercentage 0.1234567', '12.35%'],
    ['humanizePercentage 1.0', '100%'],
    ['humanizeTimestamp 1435065584.128', '2015-06-23 13:19:44.128 +0000 UTC'],
    ['humanize "+Inf"', '+Inf'],
    ['humanizeDuration "NaN"', 'NaN'],
  ];
  for (const [call, text] of cases) {
    test(`${call} is ${text}`, () => assert.equal(render(`{{ ${call} }}`), text));
  }
});

describe('durations as the pack says them', () => {
  const cases: [seconds: number, text: string][] = [
    [20.51, '21s'],
    [59.7, '1m'],
    [723.9, '12m'],
    [3600.2, '1h 0m'],
    [3925.7, '1h 5m'],
    [90_061, '1d 1h 1m'],
  ];
  for (const [seconds, text] of cases) {
    const template = '{{ printf "%.0f" .Value | humanizeDuration | reReplaceAll " [0-9]+s$" "" }}';
    test(`${seconds} s is ${text}`, () => {
      const rendered = renderTemplate(
        template,
        { Value: seconds },
        { name: 't', functions: STANDARD_FUNCTIONS },
      );
      assert.equal(rendered, text);
    });
  }
});

describe('templates refuse, by name and position', () => {
  const cases: [template: string, message: string][] = [
    ['a {{ $label.x }}', 'summary:1:6: variable $label is not declared'],
    ['line\n  {{ tmpl "up" }}', 'summary:2:6: function "tmpl" is not known'],
    ['{{ .Labels.tenant ', 'summary:1:3: the action is not closed: write }}'],
    ['{{ }}', 'summary:1:4: a value or a function is missing'],
    ['{{ if true }}x', 'summary:1:4: {{if}} without {{end}}'],
    ['x {{ end }}', 'summary:1:6: unexpected {{end}}'],
    ['{{ else }}', 'summary:1:4: unexpected {{else}}'],
    ['{{ "open }}', 'summary:1:4: the string is not closed'],
    ['{{ # }}', 'summary:1:4: unexpected "#"'],
    ['{{ .Nope }}', 'summary:1:4: there is no field .Nope'],
    ['{{ .Labels.tenant.x }}', 'summary:1:4: there is no field .x in a string'],
    ['{{ humanize "x" }}', 'summary:1:4: humanize: needs a number, not "x"'],
    ['{{ query "missing" | first }}', 'summary:1:22: first: the query has no result'],
    ['{{ template "gone" . }}', 'summary:1:4: no template "gone"'],
    ['{{ break }}', 'summary:1:4: {{break}} outside {{range}}'],
    ['{{ 1 | 2 }}', 'summary:1:8: a constant cannot take the value of a pipe'],
    ['{{ 1 2 }}', 'summary:1:4: a constant cannot be called with arguments'],
    ['{{ (1 }}', 'summary:1:7: the action ends too early'],
    ['{{ "\\q" }}', 'summary:1:4: unknown escape \\q in the string'],
    ['{{ lt 1 "a" }}', 'summary:1:4: lt: cannot compare a whole number with a string'],
    ['{{ index .List 9 }}', 'summary:1:4: index: index 9 is outside a list of 3'],
    ['{{ range 3.5 }}{{ end }}', 'summary:1:10: cannot range over a number'],
    [
      '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}',
      'summary:1:20: templates call each other more than 50 deep',
    ],
  ];
  for (const [template, message] of cases) {
    test(template, () => assert.throws(() => render(template), new Failure('invalid', message)));
  }

  test("a prototype's members are out of reach", () => {
    assert.equal(render('{{ .Labels.constructor }}{{ .Labels.__proto__ }}'), '');
    assert.throws(() => render('{{ (toTime 1).constructor }}'), /there is no field .constructor/);
  });

  test('a result longer than the limit', () => {
    assert.throws(
      () => renderTemplate('{{ range .List }}aaaaaaaaaa{{ end }}', data, { ...options, maxLength: 25 }),
      /the result is longer than 25 characters/,
    );
  });
});

test('any text renders or is refused with a position', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '-',
    ' ',
    '"',
    '`',
    '(',
    ')',
    '|',
    '.',
    '$',
    'if',
    'end',
    'range',
    'x',
    '1',
    '\n',
    ':=',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      try {
        compileTemplate(text, options);
      } catch (error) {
        assert.ok(error instanceof Failure);
        assert.match(error.message, /^summary:\d+:\d+: \S/);
      }
    }),
    { numRuns: 500 },
  );
});
