import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

describe('the docs check', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'octowatch-docs-'));
    writeFileSync(join(folder, 'package.json'), '{"scripts": {"test": "", "check": ""}}');
    writeFileSync(
      join(folder, 'other.md'),
      '# Other page\n\n## What `it` does, and how\n\n## Twice\n\n## Twice\n',
    );
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  function check(page: string): { findings: string; status: number | null } {
    writeFileSync(join(folder, 'README.md'), page);
    const script = join(import.meta.dirname, 'check-docs.ts');
    const { stdout, status } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
    return { findings: stdout, status };
  }

  test('passes links that lead somewhere and scripts that exist', () => {
    const page = `# Start here
[page](other.md), [section](./other.md#what-it-does-and-how), [second](other.md#twice-1), [top](#start-here),
[web](https://example.com/nowhere.md), \`[code](nowhere.md)\`

Run \`npm test\`, then \`npm run check\`; \`npm ci\` installs.

\`\`\`sh
npm run check
\`\`\`
`;
    assert.deepEqual(check(page), { findings: '', status: 0 });
  });

  const broken: [string, string, string][] = [
    ['a link to no file', '\n[a](nowhere.md)', 'README.md:2: the link nowhere.md leads nowhere\n'],
    [
      'a link to no heading',
      '[a](other.md#gone)',
      'README.md:1: the link other.md#gone has no such heading\n',
    ],
    ['a reference to no file', '[a]\n\n[a]: gone/', 'README.md:3: the link gone/ leads nowhere\n'],
    ['an unknown script', '`npm run nope`', 'README.md:1: package.json has no script "nope"\n'],
    [
      'an unknown script in a block',
      '```\nnpm run no:pe\n```',
      'README.md:2: package.json has no script "no:pe"\n',
    ],
    ['an unknown short script', 'Say `npm start`.', 'README.md:1: package.json has no script "start"\n'],
  ];
  for (const [name, page, findings] of broken) {
    test(`finds ${name}`, () => assert.deepEqual(check(page), { findings, status: 1 }));
  }
});
