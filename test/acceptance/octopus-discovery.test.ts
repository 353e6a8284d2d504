import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLoopbackServer, type Answer, type Received } from '../contract/loopback-server.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import { startDaemon } from './daemon.ts';
import { eventually } from './eventually.ts';
import { startFleet } from './fleet.ts';
import { metricsOf, query } from './metrics.ts';

const LONG_MS = 60_000;
const COUNT = 5;

/** The Octopus that deploys the fleet: its tenants know where their servers are. */
function management(urls: readonly string[]) {
  const state = { tenants: [...urls.keys()], refuses: false };

  function answer({ path, query: asked }: Received): Answer | undefined {
    if (path === '/api/octopusservernodes/ping') return { json: { NodeName: 'hub-0' } };
    if (state.refuses) return { status: 403, json: { ErrorMessage: 'Missing permission: TenantView' } };
    if (path === '/api/Spaces-1/tenants') {
      const Items = state.tenants.map((index) => ({
        Id: `Tenants-${index}`,
        Name: `Customer ${index}`,
        Slug: `customer-${index}`,
        TenantTags: ['Region/eu'],
      }));
      return { json: { TotalResults: Items.length, Items: asked.get('skip') === '0' ? Items : [] } };
    }
    if (path === '/api/Spaces-1/tenantvariables/all') return { json: urls.map(variables) };
    return undefined;
  }

  return { state, answer };
}

function variables(url: string, index: number): object {
  const set = { Templates: [{ Id: 'template-1', Name: 'Octopus.Url' }], Variables: { 'template-1': url } };
  return {
    TenantId: `Tenants-${index}`,
    LibraryVariables: { 'LibraryVariableSets-1': set },
    ProjectVariables: {},
  };
}

test('the tenants of the management Octopus are the fleet, and it is an instance itself', async (t) => {
  const directory = temporaryDirectory();
  const simulator = await startFleet(COUNT, directory);
  t.after(() => simulator.close());
  const hub = management(simulator.instances.map(({ url }) => url));
  const { url } = await startLoopbackServer(t, hub.answer);
  await using daemon = await startDaemon({
    directory,
    config: {
      fleet: {
        instances: [{ tenant: 'hub', url, api_key: 'API-HUB-KEY' }],
        discovery: [
          {
            name: 'customers',
            interval: '2s',
            octopus: { instance: 'hub' },
            instance: {
              tenant: '{slug}',
              url: '{variable.Octopus.Url}',
              api_key: simulator.instances[0]?.apiKey,
              info: { region: '{tag.Region}' },
            },
          },
        ],
      },
      collectors: { 'octopus-api': { interval: '1s', requests_per_minute: 6000 } },
    },
  });
  const up = async (): Promise<number> =>
    [...(await query(daemon.url, 'octopus_ping_up == 1')).values()].length;
  const own = async (name: string): Promise<number | undefined> =>
    (await metricsOf(daemon.url)).get(`${name}{discovery="customers"}`);

  await eventually('all are up, the hub too', async () => (await up()) === COUNT + 1, LONG_MS);

  hub.state.refuses = true;
  const refused = 'octowatch_fleet_discoveries_total{discovery="customers",outcome="forbidden"}';
  await eventually('it refuses twice', async () => ((await metricsOf(daemon.url)).get(refused) ?? 0) >= 2);
  assert.equal(await up(), COUNT + 1, 'everybody is watched on');
  assert.ok(daemon.stderr.some((line) => line.includes('grant TenantView to the service account')));

  hub.state.refuses = false;
  hub.state.tenants = [0];
  await eventually(
    'the list is held',
    async () => (await own('octowatch_fleet_instances_held')) === COUNT - 1,
  );
  assert.equal(await up(), COUNT + 1, 'nobody is taken for gone yet');
  // A great loss is believed after a minute at the earliest.
  const believed = async (): Promise<boolean> => (await own('octowatch_fleet_instances')) === 1;
  await eventually('it is believed', believed, 1.5 * LONG_MS);
  await eventually('they are gone', async () => (await up()) === 2);
  assert.equal(await own('octowatch_fleet_lists_held_total'), 1);
  assert.equal((await daemon.stop()).code, 0);
});
