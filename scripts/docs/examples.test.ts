import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import { alertingProblems } from '../../src/alerts/alerting-problems.ts';
import { templateSet } from '../../src/alerts/notification-template/template-set.ts';
import { runPageTests } from '../../src/backtest/pages/run-page-tests.ts';
import { runRuleTests } from '../../src/backtest/run-rule-tests.ts';
import { onCallSetup } from '../../src/cli/on-call-setup.ts';
import { EXAMPLE_CONFIG } from '../../src/config/example.ts';
import { loadConfig, type FurtherChecks } from '../../src/config/load-config.ts';
import { receiver } from '../../src/config/receivers/receiver.ts';
import { readRuleTexts } from '../../src/config/rule-files.ts';
import { configSchema } from '../../src/config/schema.ts';
import { parseRuleFile } from '../../src/ruler/parse-rule-file.ts';
import { silentLog } from '../../test/fakes/silent-log.ts';

const root = join(import.meta.dirname, '..', '..');
const surroundings = { env: { ACME_API_KEY: 'API-X' }, readFile: secretIn };

/** Where a configuration names receivers, in JSON. */
const RECEIVER = /"receiver":"([^"]+)"|"receivers":\[([^\]]*)\]/g;
const MANIFEST = ['display_information', 'features', 'oauth_config', 'settings'];

/** Matchers, intervals and templates; pages call one template of their own. */
const templates = templateSet([{ name: 'our.tmpl', text: '{{ define "our.title" }}ours{{ end }}' }]);
const checks: FurtherChecks = {
  problems: (config) => alertingProblems(config, templates),
  warn: (text) => assert.fail(text),
};

/** What a file holds, by its name. */
function secretIn(path: string): string {
  if (path.endsWith('-url')) return 'https://bridge.example/hook';
  if (path.endsWith('app-token')) return ['xapp', '1'].join('-');
  return path.endsWith('bot-token') ? ['xoxb', '1'].join('-') : 'Name: a secret';
}

/** What a reader copies: the YAML blocks of the pages that people write. */
function blocksOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, block = '']) => block);
}

function kindOf(
  block: string,
): 'rules' | 'rule tests' | 'page tests' | 'configuration' | "Slack's manifest" | 'part' {
  const content: object = parse(block);
  if ('groups' in content) return 'rules';
  if ('config_file' in content) return 'page tests';
  if ('rule_files' in content) return 'rule tests';
  if ('display_information' in content) return "Slack's manifest";
  const keys = Object.keys(content);
  return keys.some((key) => key in configSchema.shape) ? 'configuration' : 'part';
}

/** A part of a configuration with what it refers to: receivers that it names, a route to those that it has. */
function completed(block: string): string {
  const config: Record<string, unknown> = parse(block);
  const own: readonly { readonly name: string }[] = Array.isArray(config['receivers'])
    ? config['receivers']
    : [];
  const { route = own.length === 0 ? undefined : { receiver: own[0]?.name } } = config;
  const named = [...JSON.stringify([route, config['report'], config['on_call']]).matchAll(RECEIVER)].flatMap(
    ([, one, many = '']) => one ?? Array.from(many.matchAll(/"([^"]+)"/g), ([, name = '']) => name),
  );
  const known = new Set(own.map(({ name }) => name));
  const others = [...new Set(named)].filter((name) => !known.has(name)).map((name) => ({ name }));
  const receivers = [...own, ...others];
  if (receivers.length === 0) return block;
  return stringify({ ...config, receivers, route: route ?? { receiver: receivers[0]?.name } });
}

/** A key of a receiver's field of its own, at the indentation of its list. */
function checkPart(block: string): void {
  const part: object = parse(block);
  const keys = Object.keys(part);
  const kinds = Object.entries(receiver.shape).filter(([key]) => key.endsWith('_configs'));
  const [config] = kinds.filter(([key, list]) => keys.includes(key) || hasAll(list, keys));
  assert.ok(config, `no receiver has ${keys.join(', ')}`);
}

function hasAll(list: z.ZodType, keys: readonly string[]): boolean {
  const { items } = z.toJSONSchema(list, { io: 'input' });
  const fields =
    typeof items === 'object' && !Array.isArray(items) ? Object.keys(items.properties ?? {}) : [];
  return keys.every((key) => fields.includes(key) || fields.includes(key.replace(/_file$/, '')));
}

async function check(block: string, others: readonly string[]): Promise<void> {
  const kind = kindOf(block);
  if (kind === 'configuration') loadConfig('octowatch.yml', completed(block), surroundings, checks);
  else if (kind === 'part') checkPart(block);
  else if (kind === "Slack's manifest") assert.deepEqual(Object.keys(parse(block)).toSorted(), MANIFEST);
  else if (kind === 'rules') assert.deepEqual(parseRuleFile(block, 'rules.yml').problems, []);
  else if (kind === 'page tests') await checkPageTests(block, others);
  else {
    const rules = others.filter((other) => kindOf(other) === 'rules');
    const { problems, results } = runRuleTests(block, {
      fileName: 'rules.test.yml',
      readRules: () => rules.map((text, index) => ({ name: `${index}.yml`, text })),
    });
    assert.deepEqual(problems, []);
    assert.ok(results.length > 0);
    assert.deepEqual(
      results.flatMap(({ failures }) => failures),
      [],
    );
  }
}

/** Tests whose configuration is another block of the page. */
async function checkPageTests(block: string, others: readonly string[]): Promise<void> {
  const [text = ''] = others.filter((other) => kindOf(other) === 'configuration');
  const config = loadConfig('octowatch.yml', text, surroundings, checks);
  const onCall = onCallSetup({ createLog: () => silentLog }, config);
  const { problems, results } = await runPageTests(block, {
    fileName: 'our.pages.yml',
    readRules: (pattern) => readRuleTexts([pattern], root, root),
    readSetup: () => ({ onCall, externalLabels: config.external_labels }),
  });
  assert.deepEqual(problems, []);
  assert.ok(results.length > 0);
  assert.deepEqual(
    results.flatMap(({ failures }) => failures),
    [],
  );
}

const pages = ['README.md', ...globSync('docs/{tutorial,how-to}/*.md', { cwd: root })];
for (const page of pages.toSorted()) {
  const blocks = blocksOf(page);
  if (blocks.length === 0) continue;
  describe(page, () => {
    for (const [index, block] of blocks.entries())
      test(`YAML block ${index + 1}, ${kindOf(block)}, is good`, () => check(block, blocks));
  });
}

test('the example is good as it is and with everything that is commented out', () => {
  loadConfig('octowatch.yml', EXAMPLE_CONFIG, surroundings);
  const whole = EXAMPLE_CONFIG.replaceAll(/^( *)# (?=\w+(_configs)?: *\[|store:|  )/gm, '$1');
  const config = loadConfig('octowatch.yml', whole, surroundings);
  assert.ok(config.store.elasticsearch !== undefined);
  assert.equal(config.receivers[0]?.pagerduty_configs.length, 1);
});

test('the configuration in the Kubernetes manifest is good, and its secrets are mounted', () => {
  const text = readFileSync(join(root, 'deploy/kubernetes/standalone.yaml'), 'utf8');
  const [configMap] = parseAllDocuments(text).map((document) => document.toJS());
  const read: string[] = [];
  loadConfig('octowatch.yml', configMap.data['octowatch.yml'], {
    env: {},
    readFile(path) {
      read.push(path);
      return 'a secret';
    },
  });
  assert.ok(read.length > 0);
  const mounts = [...text.matchAll(/mountPath: (\S+)/g)].map(([, path = '']) => path);
  for (const path of read)
    assert.ok(
      mounts.some((mount) => path.startsWith(`${mount}/`)),
      path,
    );
});
