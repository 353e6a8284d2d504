import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { Failure, type FailureReason } from '../../model/failure.ts';

/** What Alertmanager answers where we fail (api/v2/openapi.yaml has 400, 404 and 500). */
const STATUS: Partial<Readonly<Record<FailureReason, 400 | 404 | 500>>> = {
  invalid: 400,
  too_large: 400,
  budget: 400,
  not_found: 404,
  disk: 500,
};

/** Runs an endpoint of `/api/v2`; a Failure is its message as a JSON text, and anything else is thrown on. */
export async function answered(
  context: Context,
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  context.header('cache-control', 'no-store');
  try {
    return await answer();
  } catch (error) {
    const status = error instanceof Failure ? STATUS[error.reason] : undefined;
    if (!(error instanceof Failure) || status === undefined) throw error;
    return context.json(error.message, status);
  }
}

/** Refuses bodies of more bytes in Alertmanager's form. */
export function limited(maxBytes: number): ReturnType<typeof bodyLimit> {
  return bodyLimit({
    maxSize: maxBytes,
    onError: (context) => context.json(`the body is over ${maxBytes} bytes: send less at once`, 413),
  });
}

/** The JSON that was sent. @throws Failure `invalid` */
export async function readBody(context: Context, what: string): Promise<unknown> {
  const text = await context.req.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure('invalid', `parsing ${what} body failed: it is no JSON`);
  }
}
