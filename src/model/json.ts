/** What JSON can hold; used for state that is written to disk and read back as it was. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** The members of a value read back; none when it is no object. */
export function membersOf(value: JsonValue | undefined): Partial<JsonObject> {
  return isObject(value) ? value : {};
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
