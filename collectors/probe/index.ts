import type { CollectContext, PollCollector } from '../../src/collect/contract.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Disk, HttpTls, Prober } from '../../src/model/ports.ts';
import { probeHttp } from './http-probe.ts';
import { probeDns, probeTcp } from './other-probes.ts';
import { pointsOf } from './outcome-points.ts';
import type { ProbeOutcome } from './outcome.ts';
import { readAuthorities } from './read-authorities.ts';
import { probeDatasets } from './schema.ts';
import { targetOfInstance, timeoutOf, tlsOf, type ProbeSettings, type ProbeTarget } from './settings.ts';

const INTERVAL_MS = 60_000;
/** Longer than any probe may take, so that a probe that is late is an answer and not a poll that failed. */
const DEADLINE_MS = 35_000;

export interface ProbeDeps {
  readonly prober: Prober;
  readonly disk: Disk;
  readonly settings: () => { readonly probe: ProbeSettings };
}

/** Looks at instances, and at what `collectors.probe.targets` lists, from outside. */
export function createProbe(deps: ProbeDeps): readonly PollCollector[] {
  const { settings } = deps;
  const common = { datasets: probeDatasets, intervalMs: INTERVAL_MS, deadlineMs: DEADLINE_MS };
  return [
    {
      ...common,
      name: 'probe/instance',
      async *poll({ url = '' }, context) {
        const { instances } = settings().probe;
        const targets = instances.paths.map((path) => targetOfInstance(url, path, instances));
        yield await probeAll(targets, deps, context);
      },
    },
    {
      ...common,
      name: 'probe/target',
      reads: 'probe',
      async *poll({ place }, context) {
        const target = settings().probe.targets.find(({ name }) => name === place?.name);
        if (target === undefined)
          throw new Failure('invalid', `no target ${place?.name} in collectors.probe`);
        const owner = context.fleet.find(target.tenant ?? '');
        // Asked from outside, what sleeps would wake.
        const targets = owner?.asleep === true ? [] : [target];
        const points = await probeAll(targets, deps, context);
        yield owner === undefined ? points : points.map((point) => ({ ...point, tenant: owner.tenant }));
      },
    },
  ];
}

async function probeAll(
  targets: readonly ProbeTarget[],
  deps: ProbeDeps,
  context: CollectContext,
): Promise<ReturnType<typeof pointsOf>> {
  const probed = await Promise.all(
    targets.map(async (listed) => {
      const target = { ...listed, timeout: timeoutOf(listed, deps.settings().probe) };
      return { target, outcome: await probe(target, deps, context.signal) };
    }),
  );
  tellChanges(probed, context);
  const time = context.clock.now();
  return probed.flatMap(({ target, outcome }) => pointsOf(target, outcome, time));
}

async function probe(
  target: ProbeTarget,
  { prober, disk }: ProbeDeps,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  if (target.module === 'dns') return probeDns(target, prober, signal);
  const { tls_config: config } = target;
  const tls: HttpTls = tlsOf(config, await readAuthorities(disk, config.ca_file));
  return target.module === 'http'
    ? probeHttp(target, tls, prober, signal)
    : probeTcp(target, tls, prober, signal);
}

/** Says why a probe fails when it begins to, or fails for another reason. */
function tellChanges(
  probed: readonly { readonly target: ProbeTarget; readonly outcome: ProbeOutcome }[],
  context: CollectContext,
): void {
  const known = new Set(Array.isArray(context.state) ? context.state : []);
  const failing: string[] = [];
  for (const { target, outcome } of probed) {
    if (outcome.failure === undefined) continue;
    const { reason, phase, message } = outcome.failure;
    const key = `${target.name} ${reason}`;
    failing.push(key);
    if (!known.has(key))
      context.log.warn({ probe: target.name, reason, phase, error: message }, 'probe failed');
  }
  context.state = failing.length === 0 ? null : failing;
}
