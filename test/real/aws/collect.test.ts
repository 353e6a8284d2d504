import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runProgram, skipWithoutGo } from '../go-program.ts';
import { promtool } from '../promtool.ts';
import { ACCOUNTS, accountsAt } from './accounts.ts';
import { skipWithoutPython, startMoto, type Moto } from './moto.ts';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'src', 'main.ts');
const INSTALL = { timeout: 20 * 60_000 };
const folder = mkdtempSync(join(tmpdir(), 'octowatch-aws-'));

let moto: Moto;

describe('octowatch collect aws --once', { skip: skipWithoutPython() }, () => {
  before(async () => {
    moto = await startMoto();
  }, INSTALL);
  after(async () => {
    await moto.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function collect(accounts: object, ...more: string[]): ReturnType<typeof runProgram> {
    const config = join(folder, 'octowatch.yml');
    writeFileSync(config, JSON.stringify({ collectors: { aws: { accounts } } }));
    return runProgram(process.execPath, [MAIN, 'collect', 'aws', '--once', '-c', config, ...more]);
  }

  test(
    'prints all places of all accounts as one page that promtool has nothing to say of',
    INSTALL,
    async (t) => {
      const { code, stdout, stderr } = await collect(accountsAt(moto.url));
      assert.equal(stderr, '');
      assert.equal(code, 0);
      for (const { name, regions } of ACCOUNTS) {
        assert.match(
          stdout,
          new RegExp(`^cloud_quota_limit\\{.*account="${name}",quota="iam_roles"\\} 1000$`, 'm'),
        );
        for (const region of regions)
          assert.match(
            stdout,
            new RegExp(`^cloud_quota_used\\{.*account="${name}",region="${region}",quota="vpcs"\\} 1$`, 'm'),
          );
      }
      if (skipWithoutGo() !== false) return t.diagnostic('promtool was not asked: there is no Go');
      const judged = await promtool(['check', 'metrics'], stdout);
      assert.deepEqual([judged.code, judged.stdout, judged.stderr], [0, '', '']);
    },
  );

  test('one place alone is asked by its name', async () => {
    const { code, stdout } = await collect(accountsAt(moto.url), '--tenant', 'main/us-east-1');
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /eu-west-1|iam_roles|account="trials"/);
  });

  test('an account that cannot be reached fails by itself, each poll in a line, without its secret', async () => {
    const [main, ...others] = accountsAt(moto.url, [{ name: 'main', regions: ['eu-west-1'] }]);
    const away = { ...main, name: 'away', endpoint: 'http://127.0.0.1:9', secret_access_key: 'never-shown' };
    const { code, stdout, stderr } = await collect([main, away, ...others], '-o', 'table');
    assert.equal(code, 1);
    assert.match(stdout, /^main\/eu-west-1 aws\/vpc: \d+ points$/m);
    assert.match(stderr, /^away\/eu-west-1 aws\/vpc: AWS away\/eu-west-1 ec2:Describe\w+: /m);
    assert.doesNotMatch(stdout + stderr, /never-shown/);
  });
});
