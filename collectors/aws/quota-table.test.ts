import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { OTHER_QUOTAS, SERVICE_QUOTAS, type ServiceQuota } from './quota-table.ts';

const README = new URL('README.md', import.meta.url);
const TABLE = /(<!-- quotas: [^>]*-->\n)[^]*(<!-- \/quotas -->)/;

test('the README lists every quota (UPDATE_GOLDEN writes it)', () => {
  const old = readFileSync(README, 'utf8');
  const now = old.replace(TABLE, (_, begin: string, end: string) => `${begin}\n${table()}\n${end}`);
  if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(README, now);
  assert.equal(readFileSync(README, 'utf8'), now);
});

test('a quota is there once, and so is a code', () => {
  const quotas = [...SERVICE_QUOTAS, ...OTHER_QUOTAS].map(({ quota }) => quota);
  assert.deepEqual(quotas, [...new Set(quotas)]);
  const codes = SERVICE_QUOTAS.map(({ code }) => code);
  assert.deepEqual(codes, [...new Set(codes)]);
  for (const code of codes) assert.match(code, /^L-[0-9A-F]{8}$/);
});

function table(): string {
  const service = SERVICE_QUOTAS.map((quota: ServiceQuota) => {
    const { service: of, code, fallback, scale = 1, used } = quota;
    const usual = scale === 1 ? fallback.toLocaleString('en') : `${fallback / scale} TiB`;
    return `| \`${quota.quota}\` | Service Quotas ${of} ${code} (${usual}) | ${used} |`;
  });
  const others = OTHER_QUOTAS.map(({ quota, limit, used }) => `| \`${quota}\` | ${limit} | ${used} |`);
  return ['| quota | limit (default) | used |', '|---|---|---|', ...service, ...others, ''].join('\n');
}
