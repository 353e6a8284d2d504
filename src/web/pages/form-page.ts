import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { Failure } from '../../model/failure.ts';
import { credentialsOf, isToken } from '../credentials.ts';
import { failureStatus } from './failure-status.ts';
import type { Html } from './page.ts';

/** A comment, a name, a token and a selector are far below. */
const MAX_BODY_BYTES = 64 * 1024;
const LONGEST_NAME = 100;

/** What stands in the fields of a form: of a shown one its query string, of a posted one what was sent. */
export type Fields = Pick<URLSearchParams, 'get' | 'getAll' | 'has'>;

/** How a form is to be shown. */
export interface FormState {
  readonly fields: Fields;
  /** Who looks, as far as known. */
  readonly name: string;
  /** Whether it has to ask for the token: the browser has not sent it by itself. */
  readonly needsToken: boolean;
  /** Why what was sent was not done. */
  readonly problem?: string;
}

/** A page that shows what would be done, and does it when it is posted. */
export interface FormPage {
  /** @throws Failure `not_found`, `invalid` when there is nothing to show */
  show(context: Context, state: FormState): Html | Promise<Html>;
  /** Does it; resolves with the address to go to, relative to this one. @throws Failure */
  act(context: Context, fields: Fields, by: string): string | Promise<string>;
}

export interface FormAccess {
  readonly token: string;
  /** The base of links: browsers may know us by it. */
  readonly externalUrl: () => string;
}

/**
 * Serves a form. What is posted is done when it comes from our own page and brings the token, in the field `token` or as
 * the browser sends it by itself, and a name in `by`; else the page says what is wrong, with all fields as they were.
 */
export function addFormPage(app: Hono, path: string, access: FormAccess, form: FormPage): void {
  app.get(path, async (context) =>
    context.html(await form.show(context, stateOf(context, new URL(context.req.url).searchParams))),
  );
  app.post(path, bodyLimit({ maxSize: MAX_BODY_BYTES }), async (context) => {
    const fields = new URLSearchParams(await context.req.text());
    const state = stateOf(context, fields);
    const refusal = refusalOf(context, state, access);
    if (refusal !== undefined)
      return context.html(await form.show(context, { ...state, problem: refusal.problem }), refusal.status);
    try {
      return context.redirect(await form.act(context, fields, state.name), 303);
    } catch (error) {
      const status = failureStatus(error);
      if (!(error instanceof Failure) || status === undefined || status === 404) throw error;
      return context.html(await form.show(context, { ...state, problem: error.message }), status);
    }
  });
}

function stateOf(context: Context, fields: Fields): FormState {
  const known = credentialsOf(context.req.header('authorization'));
  const name = (fields.get('by') ?? known?.name ?? '').trim();
  return { fields, name, needsToken: known === undefined };
}

function refusalOf(
  context: Context,
  { fields, name, needsToken }: FormState,
  access: FormAccess,
): { status: 400 | 401 | 403; problem: string } | undefined {
  if (!isOwnOrigin(context, access.externalUrl()))
    return { status: 403, problem: 'This came from another site. Send it from this page.' };
  if (needsToken && !isToken((fields.get('token') ?? '').trim(), access.token))
    return { status: 401, problem: 'That is not the token: it is the content of <data_dir>/token.' };
  if (name === '' || name.length > LONGEST_NAME)
    return { status: 400, problem: 'Say who you are: others see who took it.' };
  return undefined;
}

/** Whether a browser sends this from our own page; what is no browser says nothing of where it comes from. */
function isOwnOrigin({ req }: Context, externalUrl: string): boolean {
  const site = req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = req.header('origin');
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  return [req.header('host'), new URL(externalUrl).host].includes(new URL(origin).host);
}
