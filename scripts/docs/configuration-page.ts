import { z } from 'zod';
import { byteSize, duration, httpUrl, labelMap, secret } from '../../src/config/fields.ts';
import { code, fence, page, table } from './markdown.ts';

/** The part of a JSON schema that zod writes and this page reads. */
interface Schema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** A key of the configuration as a row shows it. */
interface Key {
  readonly path: string;
  readonly schema: Schema;
  readonly required: boolean;
}

const FORMS = new Map<unknown, string>([
  [duration, 'duration'],
  [byteSize, 'size'],
  [httpUrl, 'URL'],
  [labelMap, 'labels'],
  [secret, 'secret'],
]);

export interface ConfigurationSource {
  readonly schema: z.ZodType;
  readonly meanings: Readonly<Record<string, string>>;
  readonly example: string;
}

/**
 * The reference of octowatch.yml, one table per top-level key.
 * @throws when a key has no meaning, or a meaning no key
 */
export function configurationPage({ schema, meanings, example }: ConfigurationSource): string {
  const keys = [...keysOf(jsonSchema(schema))];
  const known = new Set(keys.map(({ path }) => path));
  const stale = Object.keys(meanings).filter((path) => !known.has(path));
  if (stale.length > 0) throw new Error(`no such configuration key: ${stale.join(', ')}`);
  const tops = Map.groupBy(keys, ({ path }) => path.split(/[.[]/)[0] ?? path);
  return page('Configuration', [
    `\`octowatch.yml\`, or the file that \`--config\` names. An unknown key is an error, with its line and column.
\`octowatch config show\` prints the file with all defaults, \`octowatch config schema\` the JSON schema for editors, and
\`octowatch config example\` what stands [below](#example).

- **duration**: \`30s\`, \`5m\`, \`1h30m\`, \`7d\`. **size**: \`512MiB\`, \`10GiB\`. **labels**: names and texts.
- **secret**: give it, or give \`<key>_file\`, the path of a file that holds it (relative to the configuration file).
  Secrets are masked when shown.
- \`\${NAME}\` and \`\${NAME:-default}\` in a value are replaced by environment variables; \`$$\` is a dollar. A variable that is
  not set is an error.
- SIGHUP or \`POST /-/reload\` takes in a changed file; a bad one leaves the old configuration. Changes of \`data_dir\`, \`role\`,
  \`namespace\`, \`web\`, \`store\`, \`spool\`, \`telemetry\` and \`external_labels\` need a restart, and the log says so; \`collectors.prefer\`,
  \`read_from\` of a collector, \`rules.interval\` and \`rules.hold_for\` need one too.`,
    ...[...tops].flatMap(([top, rows]) => [
      `## ${top}`,
      table(
        ['key', 'type', 'default', 'meaning'],
        rows.map((key) => row(key, meanings)),
      ),
    ]),
    '## Example',
    fence('yaml', example),
  ]);
}

function jsonSchema(schema: z.ZodType): Schema {
  const made = z.toJSONSchema(schema, {
    io: 'input',
    override({ zodSchema, jsonSchema: part }) {
      const form = FORMS.get(zodSchema);
      if (form !== undefined) part.title = form;
    },
  });
  return JSON.parse(JSON.stringify(made));
}

/** Every key that takes a value, and every list of objects; objects that only hold keys are passed over. */
function* keysOf(root: Schema, schema = root, path = ''): Iterable<Key> {
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    const own = path === '' ? name : `${path}.${name}`;
    const required = schema.required?.includes(name) ?? false;
    const definition = resolve(root, child);
    if (definition.properties === undefined) yield { path: own, schema: child, required };
    else if (child.$ref !== undefined) yield { path: own, schema: { ...child, title: 'route' }, required };
    const inside = definition.items ?? definition;
    // A definition that is named refers to itself deeper down: it is told once.
    if (inside.$ref === undefined)
      yield* keysOf(root, inside, definition.items === undefined ? own : `${own}[]`);
  }
}

function resolve(root: Schema, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (root.$defs?.[name] ?? schema);
}

function row({ path, schema, required }: Key, meanings: Readonly<Record<string, string>>): string[] {
  const meaning = schema.description ?? meanings[path];
  if (meaning === undefined) {
    throw new Error(
      `configuration key ${path} has no meaning: describe it in the schema or in scripts/docs/configuration-meanings.ts`,
    );
  }
  return [code(path), typeOf(schema), defaultOf(schema, required), meaning];
}

function typeOf({ title, type, enum: values, items, $ref }: Schema): string {
  if (values !== undefined) return values.map((value) => code(String(value))).join(' or ');
  if (items !== undefined) return `list of ${items.properties === undefined ? plural(items) : 'objects'}`;
  return title ?? ($ref === undefined ? (type ?? 'any') : 'route');
}

function plural(items: Schema): string {
  if (items.enum !== undefined) return items.enum.map((value) => code(String(value))).join(', ');
  return items.$ref === undefined ? `${items.title ?? items.type}s` : 'routes';
}

function defaultOf({ default: value, items }: Schema, required: boolean): string {
  if (value !== undefined) return code(JSON.stringify(value));
  if (required) return '**required**';
  // zod leaves out the default of a list whose objects it transforms.
  return items?.properties === undefined && items?.$ref === undefined ? '–' : code('[]');
}
