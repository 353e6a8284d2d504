import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { defineDataset } from '../model/dataset.ts';
import type { RuleGroup } from '../ruler/rule.ts';
import { loadRules, reloadRules, type RuleSource } from './rules.ts';
import { configOf, recordingLog, recordingMetrics } from './testing/recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'octowatch-rules-'));
after(() => rmSync(folder, { recursive: true }));

const ping = defineDataset({
  kind: 'gauge',
  name: 'ping',
  help: 'Pings.',
  dimensions: {},
  metrics: { octopus_ping_up: { type: 'gauge', unit: 'none', help: 'Whether it answers.' } },
});
const MIXED = `groups:
  - name: own
    rules:
      - record: kept
        expr: octopus_ping_up
      - record: broken
        expr: up{
      - record: misspelt
        expr: octopus_png_up
`;
const config = configOf('rules: { files: [own.yml] }');

interface Loaded {
  readonly source: RuleSource;
  readonly entries: string[];
  readonly series: Map<string, number>;
}

function sourceOf(text: string, more: Partial<RuleSource> = {}): Loaded {
  writeFileSync(join(folder, 'own.yml'), text);
  const entries: string[] = [];
  const series = new Map<string, number>();
  const log = recordingLog(entries);
  const metrics = recordingMetrics(series);
  const source = { workingDirectory: folder, programRoot: folder, log, metrics, datasets: [ping], ...more };
  return { source, entries, series };
}

function namesOf(groups: readonly RuleGroup[]): string[] {
  return groups.flatMap(({ rules }) => rules.map(({ name }) => name));
}

test('a rule that does not parse is left out, told with its position and counted; one that reads nothing real too', () => {
  const { source, entries, series } = sourceOf(MIXED);
  assert.deepEqual(namesOf(loadRules(config, source).groups), ['kept', 'misspelt']);
  assert.equal(entries.length, 2);
  assert.match(
    entries[0] ?? '',
    /^error a rule is left out problem=.*own\.yml:7:18: broken: expr: unexpected end of input/,
  );
  assert.match(
    entries[1] ?? '',
    /^warn .*own\.yml:9:15: misspelt: unknown metric octopus_png_up: did you mean octopus_ping_up\?/,
  );
  assert.equal(series.get('octowatch_rule_problems{kind=left_out}'), 1);
  assert.equal(series.get('octowatch_rule_problems{kind=doubtful}'), 1);
});

test('good rules set the counts back', () => {
  const { source, entries, series } = sourceOf(
    'groups: [{ name: g, rules: [{ record: a, expr: octopus_ping_up }] }]',
  );
  loadRules(config, source);
  assert.deepEqual(entries, []);
  assert.deepEqual([...series.values()], [0, 0]);
});

test('a reload refuses a rule that does not parse, says where, and keeps those of before', () => {
  const { source, entries } = sourceOf(MIXED);
  assert.throws(() => reloadRules(config, source), {
    reason: 'invalid',
    message: /^rules do not parse, those of before go on.*\n.*own\.yml:7:18: .*expr: /,
  });
  assert.deepEqual(entries, []);
});

test('a pattern without a file is refused', () => {
  const { source } = sourceOf(MIXED);
  assert.throws(() => loadRules(configOf('rules: { files: [none.yml] }'), source), {
    reason: 'invalid',
    message: /none\.yml names no file/,
  });
});

test('rules are adjusted after loading', () => {
  const adjustRules = (groups: readonly RuleGroup[]): readonly RuleGroup[] =>
    groups.map((group) => ({ ...group, rules: group.rules.slice(0, 1) }));
  assert.deepEqual(namesOf(loadRules(config, sourceOf(MIXED, { adjustRules }).source).groups), ['kept']);
});
