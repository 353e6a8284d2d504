import { startHttpFake, type FakeAnswer, type FakeRequest, type HttpFake } from '../../fakes/http-fake.ts';
import { inLots, LISTED, NAMES } from './canaries.ts';

/** The API of an Octopus Server whose every text holds a secret. Shapes: `collectors/octopus-api/fixtures`. */
export function startPlantedOctopus(): Promise<HttpFake> {
  const now = Date.now();
  const finished = inLots(15, ' ').map((text, at) => task(at, 'Failed', text, now));
  const queued = NAMES.map((_, at) => task(10_000 + at, 'Queued', 'waits', now));
  const answers: Readonly<Record<string, unknown>> = {
    '/api': { Application: 'Octopus Deploy', Version: `2026.3 ${LISTED[1]}`, InstallationId: 'x' },
    '/api/octopusservernodes/ping': nodes()[0],
    '/api/octopusservernodes/summary': { Nodes: nodes() },
    '/api/serverstatus/health': { IsOperatingNormally: true, Description: NAMES[0] },
    '/api/spaces/all': [{ Id: 'Spaces-1', Name: NAMES[0] }],
    '/api/spaces': page([{ Id: 'Spaces-1', Name: NAMES[0] }]),
  };

  function answer({ path }: FakeRequest): FakeAnswer {
    const { pathname, searchParams } = new URL(path, 'http://octopus');
    const known = answers[pathname.toLowerCase()];
    if (known !== undefined) return { status: 200, body: known };
    if (!pathname.endsWith('/tasks')) return { status: 500, body: { ErrorMessage: NAMES.join(' ') } };
    return { status: 200, body: page(searchParams.has('active') ? queued : finished) };
  }

  return startHttpFake(answer);
}

function page(items: readonly unknown[]): object {
  return {
    TotalResults: items.length,
    ItemsPerPage: items.length,
    NumberOfPages: 1,
    LastPageNumber: 0,
    Items: items,
  };
}

function nodes(): object[] {
  return NAMES.map((name, at) => ({
    Id: `OctopusServerNodes-${name}`,
    Name: `${name} ${LISTED[at]}`,
    Version: '2026.3',
    LastSeen: new Date().toISOString(),
    IsOffline: false,
    IsInMaintenanceMode: false,
    MaxConcurrentTasks: 5,
    RunningTaskCount: 1,
  }));
}

function task(at: number, state: string, text: string, now: number): object {
  const name = NAMES[at % NAMES.length] ?? '';
  const hasEnded = state === 'Failed';
  return {
    Id: `ServerTasks-${at}`,
    SpaceId: `Spaces-${name}`,
    ProjectId: `Projects-${LISTED[at % LISTED.length]}`,
    Name: `Deploy ${name}`,
    Description: `Deploy ${text}`,
    Arguments: {},
    State: state,
    QueueTime: new Date(now - 900_000).toISOString(),
    StartTime: hasEnded ? new Date(now - 60_000).toISOString() : null,
    LastUpdatedTime: hasEnded ? new Date(now - 30_000).toISOString() : null,
    CompletedTime: hasEnded ? new Date(now - 30_000).toISOString() : null,
    ServerNode: hasEnded ? `OctopusServerNodes-${name}` : null,
    ErrorMessage: hasEnded ? `It failed: ${text}` : '',
    IsCompleted: hasEnded,
    HasPendingInterruptions: false,
    HasWarningsOrErrors: false,
  };
}
