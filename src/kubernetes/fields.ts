/** A JSON object as the API server sends it. */
export type KubeObject = Readonly<Record<string, unknown>>;

const NONE: readonly KubeObject[] = [];

/** Whether a value is an object with members. */
export function isObject(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is at a path of names; undefined where the way ends early. */
export function at(object: unknown, ...path: readonly string[]): unknown {
  let value: unknown = object;
  for (const name of path) {
    if (!isObject(value)) return undefined;
    value = value[name];
  }
  return value;
}

/** A text that is not empty; what is of another type is not known. */
export function textAt(object: unknown, ...path: readonly string[]): string | undefined {
  const value = at(object, ...path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A finite number; what is of another type is not known. */
export function numberAt(object: unknown, ...path: readonly string[]): number | undefined {
  const value = at(object, ...path);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Whether it says true. */
export function flagAt(object: unknown, ...path: readonly string[]): boolean {
  return at(object, ...path) === true;
}

/** An RFC 3339 stamp as ms since the epoch. */
export function timeAt(object: unknown, ...path: readonly string[]): number | undefined {
  const time = Date.parse(textAt(object, ...path) ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** The objects of a list; what is none of them is left out. */
export function objectsAt(object: unknown, ...path: readonly string[]): readonly KubeObject[] {
  const value = at(object, ...path);
  return Array.isArray(value) ? value.filter(isObject) : NONE;
}

/** Texts by name: labels, quantities. */
export function textsAt(object: unknown, ...path: readonly string[]): Readonly<Record<string, string>> {
  const value = at(object, ...path);
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** `namespace/name`, or the name alone of what has no namespace; undefined for what is no Kubernetes object. */
export function keyOf(object: unknown): string | undefined {
  const name = textAt(object, 'metadata', 'name');
  const namespace = textAt(object, 'metadata', 'namespace');
  return name === undefined || namespace === undefined ? name : `${namespace}/${name}`;
}
