import type { Alert } from '../../model/alert.ts';
import { commonLabels, labelValue, type Labels } from '../../model/labels.ts';
import { oneLine } from '../../model/one-line.ts';
import { traitWords } from '../storm/storm-line.ts';
import { shortened, thousands } from '../storm/words.ts';

/** Every tenant that is awake, with its info labels. */
type Fleet = ReadonlyMap<string, Labels>;

const NAMED = 5;
const LONGEST_NAME = 40;
/** Where an instance is, the most telling first. */
const PLACES = ['database_server', 'node', 'host', 'cluster', 'region', 'version'];
/** Who it is for. */
const WHOSE = ['customer', 'plan'];

/**
 * Who is concerned by what fires, and how many of all: `3 of 1,000 tenants: acme, globex, initech`; of one where it is too,
 * `1 of 1,000 tenants: acme (Acme Ltd, enterprise), on sql-7, in eu-west-2`; of what is no tenant's, whose it is:
 * `14 of 1,000 tenants are on node n-3: …`. Undefined where no more is known than the alerts say. Not without secrets.
 */
export function impactOf(alerts: readonly Alert[], fleet: Fleet): string | undefined {
  const labels = alerts.filter(({ state }) => state === 'firing').map((alert) => alert.labels);
  const tenants = [...new Set(labels.map((each) => labelValue(each, 'tenant')))].filter(
    (name) => name !== '',
  );
  const [only, ...others] = tenants;
  if (only === undefined) return neighbours(commonLabels(labels), fleet);
  if (others.length > 0) return `${countOf(tenants, fleet)}: ${namesOf(tenants)}`;
  return fleet.size === 0
    ? undefined
    : `${countOf(tenants, fleet)}: ${whoAndWhere(only, fleet.get(only) ?? {})}`;
}

/** A tenant that is not known (new, or just gone) is one all the same. */
function countOf(tenants: readonly string[], fleet: Fleet): string {
  const all = fleet.size + tenants.filter((tenant) => !fleet.has(tenant)).length;
  const of = fleet.size === 0 ? '' : ` of ${thousands(all)}`;
  return `${thousands(tenants.length)}${of} ${tenants.length === 1 && all === 1 ? 'tenant' : 'tenants'}`;
}

function namesOf(tenants: readonly string[]): string {
  const names = tenants.slice(0, NAMED).map(shown);
  const left = tenants.length - names.length;
  return `${names.join(', ')}${left > 0 ? ` and ${thousands(left)} more` : ''}`;
}

function whoAndWhere(tenant: string, info: Labels): string {
  const whose = WHOSE.map((name) => shown(labelValue(info, name))).filter((value) => value !== '');
  const where = PLACES.flatMap((name) => placeWords(info, name));
  return [`${shown(tenant)}${whose.length === 0 ? '' : ` (${whose.join(', ')})`}`, ...where].join(', ');
}

function placeWords(labels: Labels, name: string): string[] {
  const value = labelValue(labels, name);
  return value === '' ? [] : [traitWords({ name, value }, LONGEST_NAME)];
}

/** The tenants of a place that is in trouble itself. */
function neighbours(labels: Labels, fleet: Fleet): string | undefined {
  for (const name of PLACES) {
    const value = labelValue(labels, name);
    if (value === '') continue;
    const there = [...fleet].filter(([, info]) => labelValue(info, name) === value).map(([tenant]) => tenant);
    if (there.length > 0)
      return `${countOf(there, fleet)} ${there.length === 1 ? 'is' : 'are'} ${traitWords({ name, value }, LONGEST_NAME)}: ${namesOf(there)}`;
  }
  return undefined;
}

function shown(text: string): string {
  return shortened(oneLine(text), LONGEST_NAME);
}
