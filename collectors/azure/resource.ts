import { textAt, type JsonFields } from './json-fields.ts';

/** What every resource has. */
export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly fields: JsonFields;
}

/** The resources in one of the locations; what lacks an id, a name or a location is none. */
export function inLocations(items: readonly JsonFields[], locations: readonly string[]): readonly Resource[] {
  return items.flatMap((fields) => {
    const id = textAt(fields, 'id');
    const name = textAt(fields, 'name');
    const region = textAt(fields, 'location')?.toLowerCase().replaceAll(' ', '');
    if (id === undefined || name === undefined || region === undefined || !locations.includes(region))
      return [];
    return [{ id, name, region, fields }];
  });
}

/** The last part of an id: the name of the resource. */
export function lastOf(id: string): string {
  return id.split('/').at(-1) ?? '';
}
