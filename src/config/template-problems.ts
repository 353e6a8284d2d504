import { nearestName } from '../model/nearest-name.ts';
import { placeholdersOf } from '../model/placeholders.ts';
import { placeOf, type DISCOVERY_KINDS, type DiscoveryConfig } from './fleet.ts';
import type { Problem } from './substitute.ts';

/** What is known of everything that is found, by its kind; a name that ends in a dot begins a family. */
const PLACEHOLDERS: Readonly<Record<(typeof DISCOVERY_KINDS)[number], readonly string[]>> = {
  file: ['tenant'],
  kubernetes: ['name', 'namespace', 'node', 'cluster', 'label.', 'annotation.'],
  octopus: ['id', 'name', 'slug', 'space', 'tag.', 'variable.'],
  ec2: [
    'id',
    'type',
    'zone',
    'region',
    'account',
    'private_ip',
    'public_ip',
    'private_dns',
    'public_dns',
    'tag.',
  ],
};

/** Placeholders of an entry that its kind of place knows nothing of, each below `instance`. */
export function* templateProblems(entry: DiscoveryConfig): Iterable<Problem> {
  const { tenant = '', url = '', api_key_file: keyFile = '', info, files } = entry.instance;
  const names = PLACEHOLDERS[placeOf(entry)];
  const templates: readonly (readonly [readonly PropertyKey[], string, readonly string[]])[] = [
    [['tenant'], tenant, names],
    [['url'], url, [...names, 'tenant']],
    [['api_key_file'], keyFile, ['tenant']],
    ...Object.entries(info).map(([name, text]) => [['info', name], text, [...names, 'tenant']] as const),
    ...Object.entries(files).flatMap(([name, globs]) =>
      globs.map((glob, index) => [['files', name, index], glob, [...names, 'tenant']] as const),
    ),
  ];
  for (const [path, template, known] of templates)
    for (const name of placeholdersOf(template).filter((each) => !isKnown(each, known)))
      yield { path: ['instance', ...path], message: unknownPlaceholder(name, known) };
}

function isKnown(name: string, known: readonly string[]): boolean {
  return known.some((each) =>
    each.endsWith('.') ? name.startsWith(each) && name.length > each.length : name === each,
  );
}

function unknownPlaceholder(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  const all = known.map((each) => (each.endsWith('.') ? `{${each}NAME}` : `{${each}}`)).join(', ');
  return `nothing is known as {${name}} here: ${nearest === undefined ? '' : `did you mean {${nearest}}? `}there are ${all}`;
}
