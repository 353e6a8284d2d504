import { oneLine } from '../../model/one-line.ts';
import type { Trait } from './storm.ts';
import type { Symptom } from './symptom.ts';
import { ENOUGH_ALONE, fittingLine, shortened, spokenDuration, thousands } from './words.ts';

/** What a storm's line says. */
export interface StormLineParts {
  /** Tenants told by the storm now. */
  readonly tenants: number;
  /** Tenants with its symptoms, told by it or not. */
  readonly victims: number;
  /** Tenants that are awake. */
  readonly fleet: number;
  /** The most that it ever had. */
  readonly peak: number;
  /** It is smaller than what begins a storm. */
  readonly isEbbing: boolean;
  readonly trait?: Trait;
  readonly symptom: Symptom;
  readonly ageMs: number;
  /** How long nobody may have the trouble for it to be over. */
  readonly quietMs: number;
}

const PLACES: Readonly<Record<string, string>> = {
  database_server: 'on',
  node: 'on node',
  host: 'on host',
  cluster: 'on cluster',
  region: 'in',
  zone: 'in zone',
  version: 'with version',
};

/**
 * The line of a storm: `37 of 1,000 tenants down, 35 on sql-7: login timeout, 13 min`. The counts and what is shared stand in
 * the first 60 characters wherever the names leave room for that.
 */
export function stormLine(parts: StormLineParts): string {
  return fittingLine(parts.tenants === 0 ? backWordings(parts) : wordings(parts));
}

/** A trait as a person says it: `on sql-7`, `in eu-west-2`, `with version 2026.1.1`. */
export function traitWords({ name, value }: Trait, max = 40): string {
  const words = PLACES[name] ?? `with ${name.replaceAll('_', ' ')}`;
  return `${words} ${shortened(oneLine(value), max)}`;
}

function* wordings(parts: StormLineParts): Generator<string> {
  const age = spokenDuration(parts.ageMs);
  const shares = [...new Set([40, 24, 12].map((max) => shareWords(parts, max)))];
  for (const isAloneEnough of [true, false]) {
    for (const share of shares) {
      for (const [alone, more] of sentences(parts, share)) {
        if (isAloneEnough && Array.from(alone).length > ENOUGH_ALONE) continue;
        yield `${alone}${more}, ${age}`;
        yield `${alone}, ${age}`;
        yield alone;
      }
    }
  }
  yield `${countWords(parts)} in trouble`;
}

/** What must be read, and what more there is to it. */
function sentences(parts: StormLineParts, share: string): readonly (readonly [string, string])[] {
  const { state = parts.isEbbing ? 'in trouble' : undefined, detail } = parts.symptom;
  const count = countWords(parts);
  const shared = share === '' ? '' : `, ${share}`;
  const told = detail === '' ? '' : `: ${detail}`;
  if (state !== undefined) return [[`${count} ${state}${shared}`, told]];
  return [
    [`${count}${told}${shared}`, ''],
    [`${count}${shared}`, told],
  ];
}

function countWords({ tenants, victims, fleet, peak, isEbbing }: StormLineParts): string {
  return isEbbing
    ? `${thousands(tenants)} of ${thousands(peak)} tenants still`
    : `${thousands(victims)} of ${thousands(fleet)} tenants`;
}

function shareWords({ trait, tenants, victims, isEbbing }: StormLineParts, max: number): string {
  if (trait === undefined) return '';
  if (isEbbing) return traitWords(trait, max);
  return `${tenants === victims ? 'all' : thousands(tenants)} ${traitWords(trait, max)}`;
}

function* backWordings({ peak, trait, quietMs }: StormLineParts): Generator<string> {
  const back = `${thousands(peak)} of ${thousands(peak)} tenants back`;
  const closes = `over when quiet for ${spokenDuration(quietMs)}`;
  for (const max of [40, 24, 12]) {
    const where = trait === undefined ? '' : `, ${traitWords(trait, max)}`;
    yield `${back}${where}: ${closes}`;
    yield `${back}${where}`;
  }
  yield back;
}
