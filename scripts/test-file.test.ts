import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { FileResult } from './test-file.ts';

describe('a test file that is run', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'octowatch-run-'));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A test run inside a test run is refused, so it gets a process that does not know of this one. */
  function result(code: string, deadlineMs = 20_000): FileResult {
    const file = join(folder, 'some.test.ts');
    writeFileSync(file, `import { describe, test } from 'node:test';\n${code}`);
    const program = `import { runTestFile } from ${JSON.stringify(join(import.meta.dirname, 'test-file.ts'))};
      const result = await runTestFile(${JSON.stringify(file)}, ${deadlineMs}, new AbortController().signal);
      console.log(JSON.stringify(result));`;
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    writeFileSync(join(folder, 'run.ts'), program);
    const { stdout, stderr } = spawnSync(process.execPath, ['run.ts'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    return JSON.parse(stdout) as FileResult;
  }

  test('counts what passed, failed and was skipped, and says where it failed', () => {
    const { passed, failed, skipped, failures } = result(`describe('outer', () => {
      test('good', () => {});
      test('skipped', (t) => t.skip('why'));
      describe('inner', () => test('bad', () => { throw new Error('boom'); }));
    });`);
    assert.deepEqual({ passed, failed, skipped }, { passed: 1, failed: 1, skipped: 1 });
    assert.match(failures[0]!, /^✖ outer > inner > bad \(some\.test\.ts:5\)\n +Error: boom/);
  });

  const failing: [string, string, RegExp][] = [
    ['has no test', '', /has no test/],
    ['cannot be loaded', `throw new Error('at load');`, /failed outside its tests/],
    [
      'throws after its tests',
      `test('a', () => { setTimeout(() => { throw new Error(); }, 20); });`,
      /outside its tests/,
    ],
  ];
  for (const [name, code, expected] of failing) {
    test(`fails when it ${name}`, () => {
      const { failed, failures } = result(code);
      assert.equal(failed, 1);
      assert.match(failures[0]!, expected);
    });
  }

  test('fails, and is killed, when something keeps it alive', () => {
    const { passed, failed, failures } = result(`test('a', () => { setInterval(() => {}, 1000); });`, 3_000);
    assert.deepEqual({ passed, failed }, { passed: 1, failed: 1 });
    assert.match(failures[0]!, /killed: it did not end in time/);
  });

  test('fails a test that never ends by its name', () => {
    const code = `test('stuck', ({ signal }) => new Promise(() => {
      const timer = setInterval(() => {}, 1000);
      signal.addEventListener('abort', () => clearInterval(timer));
    }));`;
    const { failed, failures } = result(code, 4_000);
    assert.equal(failed, 1);
    assert.match(failures[0]!, /^✖ stuck .*\n +test timed out after 2000ms/);
  });

  test('keeps what it printed', () => {
    assert.match(result(`test('a', () => console.log('seen'));`).output, /seen/);
  });
});
