import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { NotificationData } from '../../../src/alerts/notification-template/notification-data.ts';
import { CASE_INCIDENT } from '../../../src/alerts/notification-template/testing/case-incident.ts';
import {
  CASE_FILE,
  HTML_CASES,
  TEXT_CASES,
} from '../../../src/alerts/notification-template/testing/template-cases.ts';
import { toGoJson } from '../../../src/alerts/notification-template/to-json.ts';
import { skipWithoutGo } from '../go-program.ts';
import { amtool } from './amtool.ts';

const skip = skipWithoutGo();

describe('Alertmanager renders the cases of notification templates as we do', { skip }, () => {
  for (const [type, cases] of [['text', TEXT_CASES] as const, ['html', HTML_CASES] as const])
    test(type, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'octowatch-templates-'));
      try {
        writeFileSync(join(folder, 'case.tmpl'), CASE_FILE);
        writeFileSync(join(folder, 'data.json'), toGoJson(new NotificationData(CASE_INCIDENT)));
        const told: (readonly [string, string])[] = [];
        for (const [template] of cases) {
          const { stdout, stderr } = await amtool([
            'template',
            'render',
            `--template.glob=${join(folder, 'case.tmpl')}`,
            `--template.data=${join(folder, 'data.json')}`,
            `--template.type=${type}`,
            `--template.text=${template}`,
          ]);
          told.push([template, stdout + stderr]);
        }
        assert.deepEqual(told, cases);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
});
