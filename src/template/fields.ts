import { isMap, kindOf, methodOf, type TemplateValue } from './value.ts';

type Field = { readonly value: TemplateValue } | { readonly problem: string };

/**
 * The field of a value. A key that a map lacks is the empty string (`missingkey=zero` over text); a field that a struct
 * lacks is a problem.
 * @param strict treats a map as a struct: the data of a template itself
 */
export function fieldOf(value: TemplateValue, field: string, strict: boolean): Field {
  if (typeof value !== 'object' || value === null)
    return { problem: `there is no field .${field} in ${kindOf(value)}` };
  const method = methodOf(value, field);
  if (method !== undefined) return { value: method };
  if (isMap(value)) {
    if (Object.hasOwn(value, field)) return { value: value[field] };
    return strict ? { problem: `there is no field .${field}` } : { value: '' };
  }
  if (Array.isArray(value)) return { problem: `there is no field .${field} in ${kindOf(value)}` };
  // Only exported names of a struct are in sight, so that a prototype's own members never are.
  const exported = /^\p{Lu}/u.test(field) && field in value;
  return exported
    ? { value: asValue(Reflect.get(value, field)) }
    : { problem: `there is no field .${field}` };
}

// The types of a struct's fields are its class's own business: what is read of it is printed or compared, never trusted.
function asValue(value: unknown): TemplateValue {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return value as TemplateValue;
}
