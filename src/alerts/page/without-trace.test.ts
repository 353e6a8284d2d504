import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withoutTrace } from './without-trace.ts';

describe('a text without its stack trace', () => {
  const traces: [name: string, text: string, left: string][] = [
    [
      '.NET',
      'acme: System.Exception: login timeout\r\n   at Octopus.Core.Store`1.Load[T](String id) in C:\\b\\Store.cs:line 7\r\n   at Main()',
      'acme: System.Exception: login timeout',
    ],
    ['Java', 'acme: down\n\tat com.example.Run.main(Run.java:3)\n\t... 12 more', 'acme: down'],
    ['JavaScript', 'TypeError: no\n    at run (file:///srv/app.js:1:2)\n    at main.js:3:4', 'TypeError: no'],
    ['a bare JavaScript frame', 'no\n    at file:///srv/app.js:1:2', 'no'],
    ['Python', 'acme: bad\nTraceback (most recent call last):\n  File "run.py", line 7, in f', 'acme: bad'],
    ['Go', 'panic: nil map\n\ngoroutine 1 [running]:\nmain.main()', 'panic: nil map'],
    ['joined lines', 'acme: boom at Octopus.Server.Run(String x) at Octopus.Server.Main()', 'acme: boom'],
    ['a message of several lines', 'boom\nwhile reading\n   at A.B.C(D e)', 'boom'],
    ['nothing but frames', '   at A.B.C(D e)', 'a stack trace without a message'],
  ];
  for (const [name, text, left] of traces) test(name, () => assert.equal(withoutTrace(text), left));

  const plain = [
    'acme: queue stuck at 43 (limit 20), look at Tasks (top right)',
    'Look at the page first.\nThen restart the node.',
    'acme: down since 02:53 at eu-west-2 (AWS)',
    '',
  ];
  for (const text of plain) test(`stays: ${text}`, () => assert.equal(withoutTrace(text), text));

  test('a long hostile text takes no long time', () => {
    const text = ` at ${'a.'.repeat(50_000)} at (${'('.repeat(50_000)}`;
    const started = performance.now();
    withoutTrace(text.repeat(4));
    assert.ok(performance.now() - started < 1000);
  });
});
