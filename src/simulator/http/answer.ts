/** An answer before it is written to a socket. */
export interface Answer {
  readonly status: number;
  readonly json?: object;
  readonly html?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request after the key was checked. */
export interface ApiRequest {
  readonly method: string;
  /** Lower case, without query and trailing slash: `/api/spaces-1/tasks`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The parsed body of a POST or PUT; undefined without one. */
  readonly body: unknown;
}

/** An error as Octopus words it. */
export function errorAnswer(status: number, message: string, headers: Answer['headers'] = {}): Answer {
  return { status, json: { ErrorMessage: message, Errors: [] }, headers };
}

export function notFound(): Answer {
  return errorAnswer(404, 'The resource you requested was not found.');
}

export function forbidden(permission: string): Answer {
  return errorAnswer(
    403,
    `You do not have permission to perform this action. Please contact your Octopus administrator. Missing permission: ${permission}`,
  );
}

/** What a browser that is not signed in gets; here as a fault of a proxy in front of the API. */
export const LOGIN_PAGE: Answer = {
  status: 200,
  html: '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form action="/login"></form></body></html>\n',
};
