import assert from 'node:assert/strict';
import test from 'node:test';
import { fleetOf } from '../../src/collect/fleet-of.ts';
import { tenantOfMachine } from './tenant-of-machine.ts';

const base = { files: {}, timeZone: 'UTC' };
const fleet = fleetOf(() => [
  { ...base, tenant: 'acme', info: {} },
  { ...base, tenant: 'zenith', info: { instance_id: 'i-1, i-2' } },
]);
const TAG = 'octopus-tenant';

for (const { what, tag, id, value, tenant } of [
  { what: 'the tag', tag: TAG, id: 'i-9', value: 'acme', tenant: 'acme' },
  { what: 'the tag before the id', tag: TAG, id: 'i-1', value: 'acme', tenant: 'acme' },
  { what: 'the id, one of two', tag: TAG, id: 'i-2', value: undefined, tenant: 'zenith' },
  {
    what: 'nobody: the tag names a tenant that the fleet does not know',
    tag: TAG,
    id: 'i-9',
    value: 'x',
    tenant: '',
  },
  { what: 'nobody: the tag is not configured', tag: undefined, id: 'i-9', value: 'acme', tenant: '' },
  { what: 'nobody', tag: TAG, id: '', value: undefined, tenant: '' },
]) {
  test(`a machine belongs to ${what}`, () => {
    const tags =
      value === undefined
        ? []
        : [
            { Key: 'Name', Value: 'zenith' },
            { Key: TAG, Value: value },
          ];
    assert.equal(tenantOfMachine(fleet, tag)({ id, tags }), tenant);
  });
}
