import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { Failure } from '../../model/failure.ts';
import type { Incident } from '../../model/incident.ts';
import { createRender } from './create-render.ts';
import { templateSet } from './template-set.ts';
import { CASE_INCIDENT } from './testing/case-incident.ts';
import { CASE_FILE, HTML_CASES, TEXT_CASES } from './testing/template-cases.ts';

const times = { now: () => CASE_INCIDENT.startsAt + 90_000, elapsed: () => 0 };
const render = createRender(templateSet([{ name: 'case.tmpl', text: CASE_FILE }]), times);
const plain = createRender(templateSet([]), times);

for (const [template, text] of TEXT_CASES)
  test(`text: ${template}`, () => assert.equal(render(template, CASE_INCIDENT, 'text'), text));
for (const [template, html] of HTML_CASES)
  test(`page: ${template}`, () => assert.equal(render(template, CASE_INCIDENT, 'html'), html));

test('an alert starts when it begins to fire, not when its `for` begins', () => {
  const alerts = CASE_INCIDENT.alerts.map((alert) => ({ ...alert, firedAt: alert.activeAt + 60_000 }));
  assert.equal(render('{{ (index .Alerts 0).StartsAt.Minute }}', { ...CASE_INCIDENT, alerts }, 'text'), '1');
});

test('in Slack nothing of an alert is markup, unless the template says that it is', () => {
  const commonLabels = { project: '<!channel> & <https://evil.example|Runbook>' };
  const incident = { ...CASE_INCIDENT, commonLabels, externalUrl: 'https://watch.example/?a=1&b=2' };
  const cases: readonly (readonly [template: string, mrkdwn: string])[] = [
    [
      '*{{ .CommonLabels.project }}* <{{ .ExternalURL }}|here>',
      '*&lt;!channel&gt; &amp; &lt;https://evil.example|Runbook&gt;* <https://watch.example/?a=1&amp;b=2|here>',
    ],
    ['{{ printf "<%s|x>" .ExternalURL | safeHtml }}', '<https://watch.example/?a=1&b=2|x>'],
    [
      '{{ define "t" }}{{ .CommonLabels }}{{ end }}{{ template "t" . }}',
      'project=&lt;!channel&gt; &amp; &lt;https://evil.example|Runbook&gt;',
    ],
    ['{{ "a<b" | html }}', 'a&lt;b'],
  ];
  for (const [template, mrkdwn] of cases) assert.equal(render(template, incident, 'mrkdwn'), mrkdwn);
});

test('the templates of one message share half a second, and those of the next have it again', () => {
  let now = 0;
  const slow = createRender(templateSet([]), { now: () => 0, elapsed: () => (now += 30) });
  const template = '{{ range 900 }}{{ end }}';
  const fill = (incident: Incident): string => slow(template, incident, 'text');
  for (let field = 0; field < 3; field++) assert.equal(fill(CASE_INCIDENT), '');
  assert.throws(() => {
    for (let field = 0; field < 3; field++) fill(CASE_INCIDENT);
  }, /takes too long/);
  assert.equal(fill({ ...CASE_INCIDENT }), '');
});

describe('our own templates under the well-known names', () => {
  const of = (name: string, incident: Incident = CASE_INCIDENT, as: 'text' | 'html' = 'text'): string =>
    plain(`{{ template "${name}" . }}`, incident, as);

  test('begin with the page line', () => {
    for (const name of [
      'slack.default.title',
      'pagerduty.default.description',
      'email.default.subject',
      '__subject',
    ]) {
      assert.equal(of(name), 'acme: down for 2 min');
      assert.equal(of(name, { ...CASE_INCIDENT, status: 'resolved' }), 'Resolved: acme: down for 2 min');
    }
  });

  test('say what to do, what was tried, and each alert', () => {
    assert.equal(
      of('slack.default.text'),
      `First: Look at <its log>
Tried: octopus-task-cancel did not help: gone
PagerDuty unreachable for 5 min: sent to Slack
• acme: down
for 2 min, since 2026-07-01 12:00 UTC
• javascript:alert(1), since 2026-07-01 12:00 UTC
`,
    );
  });

  test('the mail is a page in which nothing of an alert is markup', () => {
    const page = of('email.default.html', CASE_INCIDENT, 'html');
    assert.match(page, /<title>acme: down for 2 min<\/title>/);
    assert.match(page, /<strong>First:<\/strong> Look at &lt;its log&gt;/);
    assert.match(page, /<a href="https:\/\/watch\.example\/incidents\/deadbeef">/);
  });

  test('what only octowatch knows is there for other templates', () => {
    assert.equal(
      plain(
        '{{ .Summary }}|{{ (index .Alerts 0).Value }}|{{ .Heals }}|{{ .Notes | len }}',
        CASE_INCIDENT,
        'text',
      ),
      'acme: down for 2 min|1.5|[octopus-task-cancel did not help: gone]|1',
    );
  });
});

const failing: [name: string, template: string, message: RegExp, as?: 'html'][] = [
  ['a field that is not there', 'a\n{{ .Nope }}', /^template:2:4: there is no field \.Nope/],
  [
    'a field of an alert that is not there',
    '{{ range .Alerts }}{{ .Nope }}{{ end }}',
    /there is no field \.Nope/,
  ],
  ['a pattern that is none', '{{ match "(" "a" }}', /^template:1:4: match: /],
  ['a zone that is none', '{{ tz "Mars" now }}', /tz: unknown time zone Mars/],
  ['a time that is none', '{{ date "2006" "now" }}', /date: needs a time, such as \.StartsAt/],
  [
    'a date that is none',
    '{{ mustToDate "2006-01-02" "yesterday" }}',
    /"yesterday" is no time in the layout/,
  ],
  ['an odd map', '{{ dict "a" }}', /dict: needs a value for each key/],
  ['bad escapes', '{{ urlUnescape "%zz" }}', /urlUnescape: /],
  [
    'a template that calls itself',
    '{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}',
    /more than 50 deep/,
  ],
  ['too many steps', '{{ range 10000 }}{{ range 10000 }}{{ end }}{{ end }}', /more than 1000000 steps/],
  [
    'a text that doubles',
    '{{ $a := "aaaaaaaaaa" }}{{ range 40 }}{{ $a = print $a $a }}{{ end }}',
    /print: the text is longer than/,
  ],
  [
    'a list that doubles',
    '{{ $a := list 1 }}{{ range 60 }}{{ $a = list $a $a }}{{ end }}{{ $a }}',
    /list: more than 50000 items/,
  ],
  [
    'a list in a list in a list',
    '{{ $a := dict }}{{ range 5000 }}{{ $a = dict "a" $a }}{{ end }}{{ $a }}',
    /dict: nested more than 100 deep/,
  ],
  ['a long result', '{{ range 100000 }}aaaaaaaaaa{{ end }}', /the result is longer than 262144 characters/],
  [
    'a value in a script',
    '<script>var a = {{ .Status }};</script>',
    /no value can stand in <script>/,
    'html',
  ],
  [
    'a value in a style',
    '<p style="color: {{ .Status }}">',
    /no value can stand in the attribute style/,
    'html',
  ],
  [
    'a value as a handler',
    '<p onclick="{{ .Status }}">',
    /no value can stand in the attribute onclick/,
    'html',
  ],
  ['a value as a name', '<p {{ .Status }}>', /no value can stand in a tag outside its values/, 'html'],
];

for (const [name, template, message, as = 'text'] of failing)
  test(`fails with its place: ${name}`, () => {
    assert.throws(
      () => plain(template, CASE_INCIDENT, as),
      (error: unknown) =>
        error instanceof Failure && error.reason === 'invalid' && message.test(error.message),
    );
  });

test('one that takes too long is stopped', () => {
  let elapsed = 0;
  const slow = createRender(templateSet([]), { ...times, elapsed: () => (elapsed += 20) });
  assert.throws(() => slow('{{ range 100000 }}{{ . }}{{ end }}', CASE_INCIDENT, 'text'), /it takes too long/);
  assert.equal(slow('{{ .Status }}', CASE_INCIDENT, 'text'), 'firing');
});

test('labels of 10,000 characters, and of names that the language uses, are texts like others', () => {
  const long = 'x'.repeat(10_000);
  const labels = Object.fromEntries([
    ['__proto__', long],
    ['constructor', long],
    ['toString', long],
    ...Array.from({ length: 20 }, (_, index) => [`l${index}`, long]),
  ]);
  const [first] = CASE_INCIDENT.alerts;
  assert.ok(first);
  const incident = { ...CASE_INCIDENT, commonLabels: labels, alerts: [{ ...first, labels }] };
  assert.equal(
    plain('{{ len .CommonLabels }} {{ len .CommonLabels.constructor }}', incident, 'text'),
    '23 10000',
  );
  assert.equal(plain('{{ len (index .CommonLabels "__proto__") }}', incident, 'text'), '10000');
  assert.equal(plain('{{ .CommonLabels }}', incident, 'text').length, 230_145);
});

test('whatever a label holds, a page has no markup of it', () => {
  const page =
    '<a href="/?q={{ .CommonLabels.a }}" title=\'{{ .CommonLabels.a }}\' id={{ .CommonLabels.a }}>{{ .CommonLabels.a }}</a>';
  const characters = fc.constantFrom(...Array.from('<>"\'&=` \n/:?#%aj\\-!\u2028é𝒳'));
  fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 30 }), (a) => {
      const html = plain(page, { ...CASE_INCIDENT, commonLabels: { a } }, 'html');
      const [, q, title, id, text] =
        /^<a href="\/\?q=([^"<> \n]*)" title='([^'<>]*)' id=([^ \n"'<>=`]*)>([^<>]*)<\/a>$/s.exec(html) ?? [];
      assert.equal(decodeURIComponent(q ?? ''), a.toWellFormed());
      for (const part of [title, text, id]) assert.equal(unescape(part ?? ''), a);
    }),
  );
});

function unescape(html: string): string {
  const names: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
  return html.replace(/&(?:amp|lt|gt);|&#(\d+);/g, (whole, code?: string) =>
    code === undefined ? (names[whole] ?? whole) : String.fromCharCode(Number(code)),
  );
}
