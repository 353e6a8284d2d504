import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { runRuleTests } from '../../src/backtest/run-rule-tests.ts';
import { EXAMPLE_CONFIG } from '../../src/config/example.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { parseRuleFile } from '../../src/ruler/parse-rule-file.ts';

const root = join(import.meta.dirname, '..', '..');
const surroundings = { env: { ACME_API_KEY: 'API-X' }, readFile: () => 'Name: a secret' };

/** What a reader copies: the YAML blocks of the pages that people write. */
function blocksOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, block = '']) => block);
}

function kindOf(block: string): 'rules' | 'rule tests' | 'configuration' {
  const content: object = parse(block);
  if ('groups' in content) return 'rules';
  return 'rule_files' in content ? 'rule tests' : 'configuration';
}

function check(block: string, others: readonly string[]): void {
  const kind = kindOf(block);
  if (kind === 'configuration') loadConfig('octowatch.yml', block, surroundings);
  else if (kind === 'rules') assert.deepEqual(parseRuleFile(block, 'rules.yml').problems, []);
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
