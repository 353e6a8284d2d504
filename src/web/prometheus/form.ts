import type { Context } from 'hono';

/** The parameters of a request; of one that is given twice `get` takes the first. */
export type Form = Pick<URLSearchParams, 'get' | 'getAll'>;

const FORM = /^application\/x-www-form-urlencoded\b/i;

/** Those of a posted form, then those of the query string: clients post what outgrows a URL. */
export async function readForm({ req }: Context): Promise<Form> {
  const search = new URL(req.url).searchParams;
  if (req.method !== 'POST' || !FORM.test(req.header('content-type') ?? '')) return search;
  const posted = new URLSearchParams(await req.text());
  return new URLSearchParams([...posted, ...search]);
}
