import { cutText } from '../../model/cut-text.ts';
import { oneLine } from '../../model/one-line.ts';
import { mainSymptom, tenantsByAlertname, tenantsOf } from './explain.ts';
import type { StormGroup } from './storm.ts';
import { compare } from './traits.ts';
import { shortened, thousands } from './words.ts';

/** Lines that are compared: more of them change nothing. */
const MOST_LINES = 64;
const LONGEST = 48;
/** So many of the tenants have the symptom, or it does not speak for all. */
const SPEAKS_FOR = 0.8;
/** What can stand behind `37 of 1,000 tenants` as it is. */
const STATES = new Set(['down', 'up and down', 'slow', 'offline', 'unreachable', 'degraded', 'read-only']);
const DANGLING = /(?:[\s,:;(]+(?:for|in|at|of|on|with|over|by|since|last|and|or|the|a|to))*[\s,:;(]+$/;

/** What tenants have in common to complain of. */
export interface Symptom {
  /** What fits behind `tenants`: `down`. */
  readonly state?: string;
  /** All else: `queue stuck`, `no answer to any probe`. */
  readonly detail: string;
}

/** What the groups of a storm say together: what their page lines have in common, without each one's numbers. */
export function symptomOf(groups: readonly StormGroup[]): Symptom {
  const main = mainSymptom(groups) ?? '';
  const ofMain = groups.filter(({ alertname }) => alertname === main);
  if (tenantsOf(ofMain).size < SPEAKS_FOR * tenantsOf(groups).size)
    return { state: 'in trouble', detail: countedNames(groups) };
  const lines = ofMain
    .toSorted((a, b) => compare(a.key, b.key))
    .slice(0, MOST_LINES)
    .map(({ tenant, line }) => withoutTenant(oneLine(line), tenant));
  const common = oneLine(commonWords(lines)) || oneLine(main);
  const [head = '', ...tail] = common.split(', ');
  if (STATES.has(head)) return { state: head, detail: cut(tail.join(', ')) };
  return { detail: cut(common) };
}

/** Behind a whole word: half a secret would not be found. */
function cut(text: string): string {
  return cutText(text, LONGEST).replace(/[\s,:;]*…$/, '…');
}

function withoutTenant(line: string, tenant: string): string {
  const prefix = `${oneLine(tenant)}: `;
  return line.startsWith(prefix) ? line.slice(prefix.length) : line;
}

/** The words that all lines begin with, up to the first that has a digit: a tenant's number is not the storm's. */
function commonWords(lines: readonly string[]): string {
  const [first = [], ...others] = lines.map((line) => line.split(' '));
  const differs = first.findIndex(
    (word, index) => /\d/.test(word) || others.some((words) => words[index] !== word),
  );
  if (differs < 0) return first.join(' ');
  return `${first.slice(0, differs).join(' ')} `.replace(DANGLING, '');
}

/** `20 OctopusDown, 15 OctopusQueueStuck` */
function countedNames(groups: readonly StormGroup[]): string {
  return [...tenantsByAlertname(groups)]
    .toSorted(([a, x], [b, y]) => y.size - x.size || compare(a, b))
    .slice(0, 3)
    .map(([name, { size }]) => `${thousands(size)} ${shortened(oneLine(name), 24)}`)
    .join(', ');
}
