import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, test } from 'node:test';
import { connect } from '../../src/app/connect.ts';
import { registry } from '../../src/app/registry.ts';
import type { PageTestReport } from '../../src/backtest/pages/run-page-tests.ts';
import { runHere } from '../../src/cli/testing/run-here.ts';

const folder = import.meta.dirname;

for (const file of globSync(`${folder}/*.pages.yml`).toSorted()) {
  const { stdout, stderr } = await runHere({ registry, connect, workingDirectory: folder }, [
    'test',
    'pages',
    file,
    '-o',
    'json',
  ]);
  assert.notEqual(stdout, '', stderr);
  const reports: PageTestReport[] = JSON.parse(stdout);
  describe(basename(file), () => {
    for (const { problems, warnings, results } of reports) {
      test('runs', () => assert.deepEqual([...problems, ...warnings], []));
      for (const { name, failures } of results) test(name, () => assert.deepEqual(failures, []));
    }
  });
}
