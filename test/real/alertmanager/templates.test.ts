import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as fc from 'fast-check';
import { createRender } from '../../../src/alerts/notification-template/create-render.ts';
import { NotificationData } from '../../../src/alerts/notification-template/notification-data.ts';
import { templateSet } from '../../../src/alerts/notification-template/template-set.ts';
import { CASE_INCIDENT } from '../../../src/alerts/notification-template/testing/case-incident.ts';
import {
  CASE_FILE,
  HTML_CASES,
  TEXT_CASES,
} from '../../../src/alerts/notification-template/testing/template-cases.ts';
import { toGoJson } from '../../../src/alerts/notification-template/to-json.ts';
import { skipWithoutGo } from '../go-program.ts';
import { amtool } from './amtool.ts';

const folder = mkdtempSync(join(tmpdir(), 'octowatch-templates-'));
after(() => rmSync(folder, { recursive: true }));

// prettier-ignore
const TEXT_PIECES = [
  '{{ ', ' }}', '.Alerts', '.Status', '.GroupLabels', '.CommonLabels.__proto__x', '.Alerts.Firing', '(index .Alerts 0)',
  '.StartsAt', '.Labels', '.SortedPairs', '.Names', '.Values', ' | ', 'len ', 'toUpper ', 'title ', 'join "," ', 'toJson ',
  'printf "%v" ', 'stringSlice "a" "b"', 'list 1 "b" 2.5', 'dict "k" ', 'append (list 1) ', 'date "Jan 2 06 15:04" ',
  'tz "Asia/Tokyo" ', 'humanizeDuration ', '"a b"', '1.5', '7', 'reReplaceAll "a" "<$0>" ', 'match "a" ', 'trimSpace ',
  'base64encode ', 'text', '{{ range .Alerts }}', '{{ end }}', '{{ if ', '{{ with ', '{{ else }}', 'eq ', 'gt ', 'and ', 'or ',
  'index ', 'slice ', 'html ', 'js ', 'urlquery ', '$x := ', '$x', 'safeHtml ', '.', '$',
];
// prettier-ignore
const HTML_PIECES = [
  '<p>', '</p>', '<a href="', "<a href='", '" title="', '">', "'>", '<img src=', '>', ' ', '<b', '/', '=', 'x', '<!-- ', '-->',
  '<br/>', '<title>', '</title>', '<textarea>', '</textarea>', '?', '#', '&', '+', 'class="', '<td bgcolor="', 'text', '<',
  '{{.Receiver}}', '{{.CommonLabels.__proto__x}}', '{{.ExternalURL}}', '{{.Status}}', '{{ "x" | html }}', '{{ 1.5 }}',
  '{{ safeHtml "<i>a</i>" }}', '{{ safeUrl "x:y?a=b c" }}', '{{ .Receiver | urlquery }}', '{{ len .Alerts }}',
  '{{ range .Alerts }}', '{{ end }}', '{{ toJson .GroupLabels }}',
];

function templatesOf(pieces: readonly string[]): string[] {
  const part = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 7 });
  const template = fc.tuple(fc.boolean(), part).map(([isAction, parts]) => {
    const text = parts.join('');
    return isAction && pieces === TEXT_PIECES ? `{{ ${text} }}` : text;
  });
  // A text of spaces alone is none for Go.
  return fc.sample(template, { seed: 1, numRuns: 250 }).filter((text) => text.trim() !== '');
}

/** What Alertmanager makes of a template; undefined where it refuses it. */
async function ask(template: string, type: string): Promise<string | undefined> {
  const { code, stdout } = await amtool([
    'template',
    'render',
    `--template.glob=${join(folder, 'case.tmpl')}`,
    `--template.data=${join(folder, 'data.json')}`,
    `--template.type=${type}`,
    `--template.text=${template}`,
  ]);
  return code === 0 ? stdout : undefined;
}

describe('Alertmanager renders notification templates as we do', { skip: skipWithoutGo() }, () => {
  before(() => {
    writeFileSync(join(folder, 'case.tmpl'), CASE_FILE);
    writeFileSync(join(folder, 'data.json'), toGoJson(new NotificationData(CASE_INCIDENT)));
  });

  for (const [type, cases] of [['text', TEXT_CASES] as const, ['html', HTML_CASES] as const])
    test(`the cases: ${type}`, async () => {
      const told: (readonly [string, string | undefined])[] = [];
      for (const [template] of cases) told.push([template, await ask(template, type)]);
      assert.deepEqual(told, cases);
    });

  const times = { now: () => CASE_INCIDENT.startsAt, elapsed: () => 0 };
  const render = createRender(templateSet([{ name: 'case.tmpl', text: CASE_FILE }]), times);
  for (const [type, pieces] of [['text', TEXT_PIECES] as const, ['html', HTML_PIECES] as const])
    test(`what it renders of 250 made of pieces: ${type}`, async () => {
      let taken = 0;
      for (const template of templatesOf(pieces)) {
        const theirs = await ask(template, type);
        if (theirs === undefined) continue;
        taken++;
        assert.equal(render(template, CASE_INCIDENT, type), theirs, template);
      }
      assert.ok(taken > 60, `${taken} taken`);
    });
});
