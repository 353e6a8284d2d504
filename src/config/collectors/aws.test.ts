import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskSecrets } from '../mask.ts';
import { awsSettings } from './aws.ts';

const MAIN = { name: 'main', regions: ['eu-west-1'] };

const refused: readonly [why: string, account: object, message: RegExp][] = [
  ['no region', { name: 'main', regions: [] }, /name at least one region/],
  ['a region that is none', { name: 'main', regions: ['Ireland'] }, /not a region \(write eu-west-1\)/],
  ['a region twice', { name: 'main', regions: ['eu-west-1', 'eu-west-1'] }, /a region is there twice/],
  ['a key without its secret', { ...MAIN, access_key_id: 'AKIDEXAMPLE' }, /come together/],
  ['an external id without a role', { ...MAIN, external_id: 'x' }, /of no use without role_arn/],
  ['a role that is none', { ...MAIN, role_arn: 'octowatch' }, /not the ARN of a role/],
  ['a mistyped key', { ...MAIN, role: 'x' }, /role/],
];
for (const [why, account, message] of refused)
  test(`refused: ${why}`, () => {
    const { error } = awsSettings.safeParse({ accounts: [account] });
    assert.match(error?.message ?? 'accepted', message);
  });

test('accounts of all partitions, and roles with a path, are taken', () => {
  for (const [region, partition] of [
    ['eu-west-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['ap-southeast-5', 'aws'],
  ] as const) {
    const role = `arn:${partition}:iam::123456789012:role/watch/octowatch`;
    const { success } = awsSettings.safeParse({
      accounts: [{ name: 'main', regions: [region], role_arn: role }],
    });
    assert.ok(success, region);
  }
});

test('two accounts with one name are refused', () => {
  assert.match(awsSettings.safeParse({ accounts: [MAIN, MAIN] }).error?.message ?? '', /two have one name/);
});

test('keys are never shown', () => {
  const keys = { access_key_id: 'AKIDEXAMPLE', secret_access_key: 'hush-hush', session_token: 'token-token' };
  const shown = JSON.stringify(maskSecrets(awsSettings.parse({ accounts: [{ ...MAIN, ...keys }] })));
  assert.doesNotMatch(shown, /AKIDEXAMPLE|hush-hush|token-token/);
});
