import type { ProbeConnect, ProbeDnsAnswer, ProbeDnsRequest, ProbeExchange, Prober } from '../model/ports.ts';
import { openConnection, type Place } from './probe-connection.ts';
import { askOver } from './probe-http.ts';
import { resolveHost, resolveRecords, type ResolveHost } from './probe-names.ts';
import { beginProbe, secondsSince, seenBy, type ProbeRun } from './probe-run.ts';

/** Probes over connections of their own. @param resolve finds addresses; the name servers of the system by default */
export function createProber(resolve: ResolveHost = resolveHost): Prober {
  async function over(
    place: Place,
    request: ProbeConnect,
    use: (socket: Awaited<ReturnType<typeof openConnection>>, run: ProbeRun) => Promise<void>,
  ): Promise<ProbeExchange> {
    using run = beginProbe(request.timeoutMs, request.signal);
    return await seenBy(run, request.signal, async () =>
      use(await openConnection(run, place, request, resolve), run),
    );
  }

  return {
    http: (request) => over(placeOf(request.url), request, (socket, run) => askOver(socket, request, run)),
    tcp: (request) => over(request, request, () => Promise.resolve()),
    dns: askNames,
  };
}

function placeOf(url: string): Place {
  const { hostname, port, protocol } = new URL(url);
  const isTls = protocol === 'https:';
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (isTls ? 443 : 80) : Number(port),
    isTls,
  };
}

async function askNames(request: ProbeDnsRequest): Promise<ProbeDnsAnswer> {
  using run = beginProbe(request.timeoutMs, request.signal);
  const started = performance.now();
  let records: string[] = [];
  const { fault } = await seenBy(run, request.signal, async () => {
    records = await run.phase('resolve', () => resolveRecords(request, run.signal));
  });
  const seconds = secondsSince(started);
  return fault === undefined ? { seconds, records } : { seconds, records, fault };
}
