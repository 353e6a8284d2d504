import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { assertGolden } from '../../test/fakes/golden.ts';
import { INCIDENT_START, testAlert, testIncident } from '../../test/fakes/incident.ts';
import type { Incident } from '../model/incident.ts';
import { slackMessage } from './slack-message.ts';
import { escapeMrkdwn, mrkdwnLink, mrkdwnTime } from './slack-mrkdwn.ts';

const MINUTE = 60_000;

const GOLDEN: Readonly<Record<string, Incident>> = {
  page: testIncident({ heals: ['octopus-task-cancel did not help: Tasks-7 does not end'] }),
  healing: testIncident({
    status: 'healing',
    heals: ['octopus-task-cancel did not help: Tasks-7', 'octopus-task-cancel at work: Tasks-8'],
  }),
  resolved: testIncident({
    status: 'resolved',
    endsAt: INCIDENT_START + 28 * MINUTE,
    heals: ['octopus-task-cancel helped: Tasks-7'],
  }),
  linked: testIncident({
    commonAnnotations: {
      action: 'Open the task that holds the others up.',
      link_url: 'https://acme.example.com/app#/Spaces-2/tasks/ServerTasks-4711',
      runbook_url: 'https://runbooks.example/octopus-task-blocked',
    },
  }),
  ticket: testIncident({ severity: 'ticket', commonAnnotations: {} }),
  storm: testIncident({
    summary: '37 tenants: OctopusQueueStuck, first acme: queue stuck 12m, 43 waiting',
    alerts: Array.from({ length: 37 }, (_, i) =>
      testAlert({ key: `a${i}`, annotations: { summary: `tenant-${i}: queue stuck` } }),
    ),
    commonAnnotations: { runbook_url: 'https://runbooks.example/octopus-queue-stuck' },
  }),
};

describe('a Slack message', () => {
  for (const [name, incident] of Object.entries(GOLDEN)) {
    test(`golden: ${name}`, () => {
      assertGolden(slackMessage(incident), new URL(`fixtures/slack-${name}.json`, import.meta.url));
    });
  }

  test('cannot be made to mention anybody', () => {
    const bad = '<!channel> <@U1> <https://evil.example|login> & more';
    const alerts = [bad, bad].map((summary, i) => testAlert({ key: String(i), annotations: { summary } }));
    const message = slackMessage(
      testIncident({
        summary: bad,
        alerts,
        heals: [bad],
        commonAnnotations: {
          action: bad,
          runbook_url: 'javascript:alert(1)',
          link_url: 'javascript:alert(2)',
        },
      }),
    );
    const links = JSON.stringify(message).match(/<[^>]*>/g) ?? [];
    assert.deepEqual(
      links.map((link) => link.replace(/\^.*/, '')),
      ['<!date', '<https://octowatch.example/|Open octowatch>'],
    );
  });
});

describe('mrkdwn', () => {
  test('an escaped text is within its limit, well formed, and never ends in half an escape', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('&', '<', '>', 'a', ';', '😀', 'é') }),
        fc.integer({ min: 1, max: 40 }),
        (text, max) => {
          const escaped = escapeMrkdwn(text, max);
          assert.ok(escaped.length <= max);
          assert.ok(escaped.isWellFormed());
          const shown = escaped.replaceAll(
            /&(amp|lt|gt);/g,
            (_, name) => ({ amp: '&', lt: '<', gt: '>' })[String(name)] ?? '',
          );
          assert.ok(!/[<>]/.test(escaped));
          assert.ok(text === shown || text.startsWith(shown.slice(0, -1)), `${text} became ${escaped}`);
        },
      ),
    );
  });

  const LINKS = [
    ['https://a.example/x?a=1&b=2', '<https://a.example/x?a=1&amp;b=2|Runbook>'],
    ['https://a.example/a|b>c', '<https://a.example/a%7Cb%3Ec|Runbook>'],
    ['javascript:alert(1)', 'Runbook: javascript:alert(1)'],
    ['see the <wiki>', 'Runbook: see the &lt;wiki&gt;'],
  ] as const;
  for (const [address, expected] of LINKS) {
    test(`link to ${address}`, () => assert.equal(mrkdwnLink(address, 'Runbook'), expected));
  }

  test("a time is shown in the reader's zone, in UTC where that is not possible", () => {
    assert.equal(
      mrkdwnTime(INCIDENT_START + 999),
      '<!date^1795229580^{date_short_pretty} {time}|2026-11-21 02:53 UTC>',
    );
  });
});
