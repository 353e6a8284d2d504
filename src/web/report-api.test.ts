import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderHtml } from '../alerts/report/render-html.ts';
import { busyWeek, REPORT_SETTINGS } from '../alerts/report/testing/busy-week.ts';
import { parseWeek } from '../alerts/report/week.ts';
import { weeklyReport } from '../alerts/report/weekly-report.ts';
import { connect } from '../app/connect.ts';
import { registry } from '../app/registry.ts';
import { runHere } from '../cli/testing/run-here.ts';
import { Failure } from '../model/failure.ts';
import type { ReportSources } from './report-api.ts';
import { NOW, serveWeb, TOKEN } from './testing/web-fixture.ts';

const asked: (string | undefined)[] = [];
const report: ReportSources = {
  read(week = '2026-W46') {
    return weeklyReport(parseWeek(week, 'Europe/Berlin'), busyWeek(), REPORT_SETTINGS, NOW);
  },
  html: (each) => renderHtml(each, REPORT_SETTINGS.officeHours),
  send(week) {
    asked.push(week);
    if (week === '2026-W47') return Promise.reject(new Failure('invalid', 'the week 2026-W47 is not over'));
    return Promise.resolve([
      { receiver: 'oncall', kind: 'slack', outcome: 'sent' },
      { receiver: 'oncall', kind: 'webhook', outcome: 'failed', error: 'the webhook answered 500' },
    ]);
  },
};

const here = { registry, connect, workingDirectory: '/nowhere' };

describe('the API of the report', () => {
  test('shows a week in three forms', async (t) => {
    const url = await serveWeb(t, { report });
    const get = async (query: string): Promise<[type: string | null, text: string]> => {
      const response = await fetch(`${url}/api/octowatch/report${query}`);
      assert.equal(response.status, 200);
      return [response.headers.get('content-type'), await response.text()];
    };
    const [, json] = await get('');
    const { week, from, headline, pages } = JSON.parse(json);
    assert.deepEqual(
      [week, from, headline, pages[0].at],
      [
        '2026-W46',
        '2026-11-08T23:00:00.000Z',
        'Week 46: woken 3 times, 11 healed',
        '2026-11-09T14:20:00.000Z',
      ],
    );
    assert.match((await get('?week=2026-W45&format=text'))[1], /^Week 45: nobody woken, paged twice at work/);
    const [type, html] = await get('?format=html');
    assert.match(type ?? '', /^text\/html/);
    assert.match(html, /<title>Week 46: woken 3 times, 11 healed · octowatch<\/title>/);
  });

  for (const query of ['?week=46', '?week=2026-W54', '?format=pdf'])
    test(`refuses ${query}`, async (t) => {
      const url = await serveWeb(t, { report });
      assert.equal((await fetch(`${url}/api/octowatch/report${query}`)).status, 400);
    });

  test('sends with the token alone', async (t) => {
    const url = `${await serveWeb(t, { report })}/api/octowatch/report/send`;
    const post = (body: string, token?: string): Promise<Response> =>
      fetch(url, {
        method: 'POST',
        body,
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      });
    asked.length = 0;
    assert.equal((await post('{}')).status, 401);
    assert.equal((await post('{"week":46}', TOKEN)).status, 400);
    assert.equal((await post('week', TOKEN)).status, 400);
    assert.deepEqual(asked, []);
    const sent = await post('{"week":"2026-W46"}', TOKEN);
    assert.deepEqual([sent.status, asked], [200, ['2026-W46']]);
    const early = await post('{"week":"2026-W47"}', TOKEN);
    assert.deepEqual([early.status, await early.text()], [400, 'the week 2026-W47 is not over\n']);
  });
});

describe('octowatch report', () => {
  test('prints the text, or what it is asked for', async (t) => {
    const url = await serveWeb(t, { report });
    const text = await runHere(here, ['report', '--url', url]);
    assert.deepEqual([text.code, text.stdout.split('\n')[0]], [0, 'Week 46: woken 3 times, 11 healed']);
    const html = await runHere(here, ['report', '--url', url, '--week', '2026-W45', '-o', 'html']);
    assert.match(html.stdout, /^<!doctype html>[\s\S]*Week 45[\s\S]*<\/html>$/);
    const json = await runHere(here, ['report', '--url', url, '-o', 'json', '--week']);
    assert.equal(JSON.parse(json.stdout).week, '2026-W46');
  });

  test('says what is wrong with a week', async (t) => {
    const url = await serveWeb(t, { report });
    const { code, stderr } = await runHere(here, ['report', '--url', url, '--week', '46']);
    assert.equal(code, 1);
    assert.match(stderr, /not a week: "46" \(write 2026-W46/);
  });

  test('sends nothing without the token', async (t) => {
    const url = await serveWeb(t, { report });
    const { code, stderr } = await runHere(here, ['report', '--url', url, '--send']);
    assert.equal(code, 1);
    assert.match(stderr, /OCTOWATCH_TOKEN/);
  });

  test('takes no other format', async () => {
    assert.equal((await runHere(here, ['report', '-o', 'pdf'])).code, 2);
  });
});
