import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskSecrets } from './mask.ts';
import { SECRET_KEYS } from './secret-keys.ts';

for (const key of SECRET_KEYS) {
  test(`${key} is masked wherever it stands`, () => {
    const shown = JSON.stringify(maskSecrets({ [key]: 'S3CRET', a: [{ b: { [key]: 'S3CRET' } }], n: 1 }));
    assert.equal(shown, `{"${key}":"<secret>","a":[{"b":{"${key}":"<secret>"}}],"n":1}`);
  });
}

test('an absent secret stays absent', () => {
  assert.deepEqual(maskSecrets({ api_key: undefined, values: [] }), { api_key: undefined, values: [] });
});

test('credentials in a URL are masked', () => {
  assert.deepEqual(maskSecrets({ nodes: ['https://elastic:S3CRET@es:9200'] }), {
    nodes: ['https://<secret>@es:9200'],
  });
});

test('the path of a webhook is masked, its host is shown', () => {
  const receiver = (url: string): object => ({ webhook_configs: [{ url }], pagerduty_configs: [{ url }] });
  assert.deepEqual(maskSecrets(receiver('https://hooks.example.com/S3CRET?a=b')), {
    webhook_configs: [{ url: 'https://hooks.example.com/<secret>' }],
    pagerduty_configs: [{ url: 'https://hooks.example.com/S3CRET?a=b' }],
  });
  assert.deepEqual(maskSecrets({ webhook_configs: [{ url: 'http://127.0.0.1:80/' }] }), {
    webhook_configs: [{ url: 'http://127.0.0.1' }],
  });
});
