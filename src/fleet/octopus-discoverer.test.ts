import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startLoopbackServer, type Answer, type Received } from '../../test/contract/loopback-server.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createOctopusClient } from '../octopus/client.ts';
import { createHttp } from '../system/system-http.ts';
import type { Discoverer } from './discoverer.ts';
import type { InstanceTemplate } from './found-instance.ts';
import { createOctopusDiscoverer, type OctopusSelection } from './octopus-discoverer.ts';

const TEMPLATE: InstanceTemplate = {
  tenant: '{slug}',
  url: 'https://{tenant}.example.com',
  apiKey: 'API-FLEET',
  info: { region: '{tag.Region}', customer: '{name}' },
  files: {},
  timeZone: 'UTC',
};

/** As `GET /api/{space}/tenants` has it. */
function tenant(id: number, changes: object = {}): object {
  return {
    Id: `Tenants-${id}`,
    Name: `Customer ${id}`,
    Slug: `customer-${id}`,
    SpaceId: 'Spaces-1',
    IsDisabled: false,
    TenantTags: ['Region/eu-1', 'Tier/gold'],
    ProjectEnvironments: { 'Projects-1': ['Environments-1'] },
    Links: {},
    ...changes,
  };
}

async function discoverer(
  t: TestContext,
  answer: (request: Received) => Answer | undefined,
  template: Partial<InstanceTemplate> = {},
  selection: Partial<OctopusSelection> = {},
): Promise<{ list: () => ReturnType<Discoverer['list']>; received: readonly Received[] }> {
  const { url, received } = await startLoopbackServer(t, answer);
  const { http, close } = createHttp();
  t.after(close);
  const client = createOctopusClient({
    url,
    http,
    apiKey: 'API-HUB',
    tenant: 'hub',
    clock: new VirtualClock(Date.now()),
    random: () => 0,
    log: recordedLog().log,
    metrics: NO_METRICS,
  });
  const made = createOctopusDiscoverer({
    name: 'hub',
    settings: '',
    intervalMs: 60_000,
    timeoutMs: 10_000,
    selection: { space: 'Spaces-1', tags: [], ...selection },
    template: { ...TEMPLATE, ...template },
    client: () => client,
  });
  return { list: () => made.list(t.signal), received };
}

/** Pages of two, whatever is asked for. */
function pagesOf(tenants: readonly object[]): (request: Received) => Answer | undefined {
  return ({ path, query }) => {
    if (path !== '/api/Spaces-1/tenants') return undefined;
    const skip = Number(query.get('skip'));
    return { json: { TotalResults: tenants.length, Items: tenants.slice(skip, skip + 2) } };
  };
}

test('the tenants of the management Octopus are instances, a disabled one is asleep', async (t) => {
  const { list, received } = await discoverer(
    t,
    pagesOf([tenant(1), tenant(2, { IsDisabled: true }), tenant(3, { TenantTags: [], Slug: null })]),
  );
  const { instances, refused } = await list();
  assert.deepEqual(
    instances.map(({ tenant: id, url, asleep, info }) => [id, url, asleep, info]),
    [
      ['customer-1', 'https://customer-1.example.com', false, { region: 'eu-1', customer: 'Customer 1' }],
      ['customer-2', 'https://customer-2.example.com', true, { region: 'eu-1', customer: 'Customer 2' }],
    ],
  );
  assert.deepEqual(refused, [{ what: 'Customer 3 (Tenants-3)', why: 'it has no slug' }]);
  assert.equal(received[0]?.headers['x-octopus-apikey'], 'API-HUB');
  assert.equal(received.length, 2);
});

const selections: readonly [what: string, selection: Partial<OctopusSelection>, chosen: readonly string[]][] =
  [
    ['by tags', { tags: ['Tier/gold', 'Region/eu-1'] }, ['customer-1']],
    ['by project', { project: 'Projects-2' }, ['customer-2']],
    ['by environment', { environment: 'Environments-2' }, ['customer-2']],
    ['by both, which must meet', { project: 'Projects-1', environment: 'Environments-2' }, []],
  ];
for (const [what, selection, chosen] of selections)
  test(`tenants are chosen ${what}`, async (t) => {
    const other = tenant(2, {
      TenantTags: ['Region/eu-1'],
      ProjectEnvironments: { 'Projects-2': ['Environments-2'], 'Projects-3': [] },
    });
    const { list } = await discoverer(t, pagesOf([tenant(1), other]), {}, selection);
    const { instances } = await list();
    assert.deepEqual(
      instances.map(({ tenant: id }) => id),
      chosen,
    );
  });

test('variables of tenants give the url; a sensitive one is not known', async (t) => {
  const library = (values: object) => ({
    LibraryVariables: {
      'LibraryVariableSets-1': {
        Templates: [
          { Id: 't1', Name: 'Url' },
          { Id: 't2', Name: 'Region', DefaultValue: 'eu' },
        ],
        Variables: values,
      },
    },
    ProjectVariables: {},
  });
  const variables = [
    { TenantId: 'Tenants-1', ...library({ t1: 'https://one.example.com/octopus' }) },
    { TenantId: 'Tenants-2', ...library({ t1: { HasValue: true, NewValue: null }, t2: 'us' }) },
  ];
  const pages = pagesOf([tenant(1), tenant(2)]);
  const { list } = await discoverer(
    t,
    (request) =>
      request.path === '/api/Spaces-1/tenantvariables/all' ? { json: variables } : pages(request),
    { url: '{variable.Url}', info: { region: '{variable.Region}' } },
  );
  const { instances, refused } = await list();
  assert.deepEqual(
    instances.map(({ url, info }) => [url, info]),
    [['https://one.example.com/octopus', { region: 'eu' }]],
  );
  assert.deepEqual(refused, [{ what: 'Customer 2 (Tenants-2)', why: 'it has no variable.Url' }]);
});

const failures: readonly [
  what: string,
  answer: (request: Received) => Answer,
  reason: string,
  message: RegExp,
][] = [
  [
    'a key that may not see tenants',
    () => ({ status: 403, json: { ErrorMessage: 'Missing permission: TenantView' } }),
    'forbidden',
    /grant TenantView/,
  ],
  ['a login page', () => ({ text: '<html>' }), 'malformed', /HTML instead of JSON/],
  [
    'a tenant without an id',
    () => ({ json: { TotalResults: 1, Items: [{ Name: 'x' }] } }),
    'malformed',
    /unexpected answer at .*Id/,
  ],
  [
    'a list that changes while it is read',
    () => ({ json: { TotalResults: 4, Items: [tenant(1), tenant(2)] } }),
    'malformed',
    /changed while it was read/,
  ],
  [
    'a list that ends early',
    ({ query }) => ({ json: { TotalResults: 2, Items: query.get('skip') === '0' ? [tenant(1)] : [] } }),
    'malformed',
    /the list ends after 1 of 2 items/,
  ],
];
for (const [what, answer, reason, message] of failures)
  test(`${what} is a failure and no list`, async (t) => {
    const { list } = await discoverer(t, answer);
    await assert.rejects(list(), { reason, message });
  });
