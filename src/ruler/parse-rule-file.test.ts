import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parseRuleFile } from './parse-rule-file.ts';
import { RULE_FILE_CASES } from './testing/rule-file-cases.ts';

/** One rule in one group; `lines` are indented below it. */
function ruleFile(...lines: readonly string[]): string {
  return ['groups:', '  - name: g', '    rules:', ...lines.map((line) => `      ${line}`)].join('\n');
}

describe('a rule file', () => {
  test('is read with everything Prometheus knows', () => {
    const { groups, problems } = parseRuleFile(
      [
        'groups:',
        '  - name: queue',
        '    interval: 30s',
        '    limit: 10',
        '    query_offset: 5s',
        '    labels: { team: ops, severity: log }',
        '    rules:',
        '      - record: tenant:queued:sum',
        '        expr: sum by (tenant) (octopus_tasks_queued)',
        '      - alert: Stuck',
        '        expr: tenant:queued:sum > 3',
        '        for: 1h30m',
        '        keep_firing_for: 5m',
        '        labels: { severity: page, code: 0500 }',
        '        annotations:',
        '          summary: "{{ $labels.tenant }}: {{ $value }} waiting"',
      ].join('\n'),
      'a.yml',
    );
    assert.deepEqual(problems, []);
    const [{ rules, ...group } = assert.fail()] = groups;
    assert.deepEqual(group, {
      name: 'queue',
      file: 'a.yml',
      intervalMs: 30_000,
      limit: 10,
      queryOffsetMs: 5000,
    });
    const [record, alert] = rules.map(({ expr, places: { expr: placeOf, ...places }, ...rest }) => {
      assert.equal(expr.type, 'vector');
      return { ...rest, places: { ...places, expr: placeOf(expr) } };
    });
    assert.deepEqual(record, {
      kind: 'record',
      name: 'tenant:queued:sum',
      text: 'sum by (tenant) (octopus_tasks_queued)',
      labels: { team: 'ops', severity: 'log' },
      position: { file: 'a.yml', line: 8, column: 9 },
      places: {
        expr: { file: 'a.yml', line: 9, column: 15, length: 38 },
        labels: new Map(),
        annotations: new Map(),
      },
    });
    assert.deepEqual(alert, {
      kind: 'alert',
      name: 'Stuck',
      text: 'tenant:queued:sum > 3',
      labels: { team: 'ops', severity: 'page', code: '0500' },
      annotations: { summary: '{{ $labels.tenant }}: {{ $value }} waiting' },
      forMs: 5_400_000,
      keepFiringForMs: 300_000,
      position: { file: 'a.yml', line: 10, column: 9 },
      places: {
        labels: new Map([
          ['severity', { file: 'a.yml', line: 14, column: 29, length: 4 }],
          ['code', { file: 'a.yml', line: 14, column: 41, length: 4 }],
        ]),
        annotations: new Map([['summary', { file: 'a.yml', line: 16, column: 20, length: 44 }]]),
        expr: { file: 'a.yml', line: 11, column: 15, length: 21 },
      },
    });
  });

  test('may be empty, and its groups too', () => {
    assert.deepEqual(parseRuleFile('', 'a.yml'), { name: 'a.yml', groups: [], problems: [] });
    assert.deepEqual(parseRuleFile('groups:\n', 'a.yml').problems, []);
    assert.equal(parseRuleFile('groups:\n  - name: g\n', 'a.yml').groups.length, 1);
  });
});

describe('what is wrong is said with its position', () => {
  const cases: [what: string, text: string, ...messages: string[]][] = [
    [
      'an unknown field',
      ruleFile('- alert: A', '  expr: 1', '  anotation: {}'),
      'f:6:9: A: unknown field "anotation" in a rule (known: record, alert, expr, for, keep_firing_for, labels, annotations)',
    ],
    ['no expr', ruleFile('- alert: A'), 'f:4:9: A: the rule has no expr'],
    ['neither record nor alert', ruleFile('- expr: 1'), 'f:4:9: the rule needs record: or alert:'],
    [
      'both',
      ruleFile('- record: r', '  alert: A', '  expr: 1'),
      'f:5:9: A: a rule is either record or alert, not both',
    ],
    [
      'for of a recording rule',
      ruleFile('- record: r', '  expr: 1', '  for: 1m'),
      'f:6:9: r: for is for alerts only: a recording rule has none',
    ],
    [
      'a metric name with labels',
      ruleFile('- record: r{a="b"}', '  expr: 1'),
      'f:4:17: r{a="b"}: not a metric name: "r{a=\\"b\\"}" (labels go below labels:)',
    ],
    [
      'a bad label name',
      ruleFile('- alert: A', '  expr: 1', '  labels: { __name__: x }'),
      'f:6:19: A: bad label name "__name__"',
    ],
    [
      'a bad duration',
      ruleFile('- alert: A', '  expr: 1', '  for: 5 minutes'),
      'f:6:14: A: for: not a duration: "5 minutes" (write 30s, 5m or 1h30m)',
    ],
    [
      'an expression that does not parse',
      ruleFile('- alert: A', '  expr: rate(up'),
      'f:5:22: A: expr: unexpected end of input in function call, expected ")"',
    ],
    [
      'one in quotes',
      ruleFile('- alert: A', '  expr: "rate(up"'),
      'f:5:23: A: expr: unexpected end of input in function call, expected ")"',
    ],
    [
      'one in a block',
      ruleFile('- alert: A', '  expr: |', '    up', '      == on rate'),
      'f:7:19: A: expr: ',
    ],
    [
      'a range vector',
      ruleFile('- alert: A', '  expr: up[5m]'),
      'f:5:15: A: expr must yield an instant vector or a scalar, not a matrix',
    ],
    [
      'a template',
      ruleFile('- alert: A', '  expr: 1', '  annotations:', '    summary: "{{ $label.x }}"'),
      'f:7:24: A: annotation summary: variable $label is not declared',
    ],
    [
      'a label that is no text, once',
      ruleFile('- alert: A', '  expr: 1', '  labels: { a: [] }'),
      'f:6:19: A: labels a must be text',
    ],
    ['a group without name', 'groups:\n  - rules: []', 'f:2:5: the group has no name: add name:'],
    [
      'two groups of one name',
      'groups:\n  - name: g\n  - name: g',
      'f:3:5: the file has two groups named "g": rename one',
    ],
    ['a bad limit', 'groups:\n  - name: g\n    limit: many', 'f:3:12: limit must be a whole number'],
    ['what is not YAML', 'groups: [', 'f:1:10: '],
    ['a list in place of a mapping', '- a', 'f:1:1: a rule file must be a mapping'],
  ];
  for (const [what, text, message] of cases) {
    test(what, () => {
      const found = parseRuleFile(text, 'f').problems.map((problem) => problem.message);
      assert.equal(found.length, 1, found.join('\n'));
      assert.ok(found[0]?.startsWith(message ?? ''), `${found[0]} instead of ${message}`);
      assert.ok(!found[0]?.includes('\n'));
    });
  }

  test('and the other rules are kept', () => {
    const { groups, problems } = parseRuleFile(ruleFile('- alert: A', '- alert: B', '  expr: 1'), 'f');
    assert.equal(problems.length, 1);
    assert.deepEqual(
      groups[0]?.rules.map(({ name }) => name),
      ['B'],
    );
  });
});

describe('a rule file is taken or refused as promtool does', () => {
  for (const [what, text, loads] of RULE_FILE_CASES) {
    test(`${what} ${loads ? 'loads' : 'does not load'}`, () => {
      const { problems } = parseRuleFile(text, 'f');
      assert.equal(problems.length === 0, loads, problems.map(({ message }) => message).join('\n'));
    });
  }

  test('fields that Prometheus does not know are taken where they may be', () => {
    const text = 'groups: [{ name: g, owner: me, rules: [{ record: r, expr: up, team: x }] }]';
    assert.equal(parseRuleFile(text, 'f').problems.length, 2);
    const { groups, problems } = parseRuleFile(text, 'f', { ignoreUnknownFields: true });
    assert.deepEqual([groups[0]?.rules.length, problems], [1, []]);
  });
});

/** Prometheus's own cases, beside the repository; without them there is nothing to compare with. */
const FOLDER = `${import.meta.dirname}/../../../shared/promqltest/rulefmt`;
const ABSENT = existsSync(FOLDER) ? false : "Prometheus's rule files are not here";

describe("Prometheus's rule files", { skip: ABSENT }, () => {
  if (ABSENT !== false) return;
  // Legacy names are an option of Prometheus that is off by default.
  const names = readdirSync(FOLDER).filter((name) => !name.includes('legacy'));
  for (const name of names) {
    test(name, () => {
      const { problems } = parseRuleFile(readFileSync(`${FOLDER}/${name}`, 'utf8'), name);
      const messages = problems.map(({ message }) => message);
      assert.equal(problems.length > 0, name.includes('.bad.'), messages.join('\n'));
      for (const message of messages) assert.match(message, /^\S+\.bad\.yaml:\d+:\d+: \S/);
    });
  }
});
