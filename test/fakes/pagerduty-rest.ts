import type { FakeAnswer, FakeRequest } from './http-fake.ts';
import type { PagerDutyIncident } from './pagerduty.ts';

/** What the REST API of the fake PagerDuty works on. */
export interface PagerDutyAccount {
  readonly token: string;
  readonly incidents: PagerDutyIncident[];
  readonly calls: string[];
}

/** Who may write: a user of the account. */
const USERS = ['oncall@example.com'];

/** `GET /incidents`, `PUT /incidents/{id}`, `POST /incidents/{id}/notes` (PagerDuty/api-schema, REST). */
export function answerRest(
  account: PagerDutyAccount,
  { method, path, headers, body }: FakeRequest,
): FakeAnswer {
  const { pathname, searchParams } = new URL(path, 'http://pagerduty');
  account.calls.push(`${method} ${pathname}`);
  if (headers.authorization !== `Token token=${account.token}`) return refused(401, 'Unauthorized');
  if (!/^application\/vnd\.pagerduty\+json;version=2$/.test(headers.accept ?? ''))
    return refused(400, 'Accept header is missing');
  if (method === 'GET' && pathname === '/incidents') return list(account.incidents, searchParams);
  if (!USERS.includes(String(headers['from']))) return refused(400, 'Requester User Not Found');
  const [, id, notes] = /^\/incidents\/(\w+)(\/notes)?$/.exec(pathname) ?? [];
  const incident = account.incidents.find((each) => each.id === id);
  if (incident === undefined) return refused(404, 'Not Found');
  return change(incident, `${method} ${notes ?? ''}`.trim(), JSON.parse(body));
}

function list(incidents: readonly PagerDutyIncident[], query: URLSearchParams): FakeAnswer {
  const statuses = query.getAll('statuses[]');
  const limit = Number(query.get('limit') ?? 25);
  if (limit > 100) return refused(400, 'limit must be at most 100');
  const found = incidents
    .filter(({ key, status }) => key === query.get('incident_key') && statuses.includes(status))
    .slice(0, limit);
  const body = found.map(({ id, key, title, status, acknowledgements }) => {
    return { id, type: 'incident', incident_key: key, title, status, acknowledgements };
  });
  return { status: 200, body: { incidents: body, limit, offset: 0, more: false } };
}

interface Change {
  readonly incident?: { readonly type: string; readonly title?: string };
  readonly note?: { readonly content: string };
}

function change(incident: PagerDutyIncident, what: string, { incident: wanted, note }: Change): FakeAnswer {
  if (what === 'PUT' && wanted?.type === 'incident' && typeof wanted.title === 'string') {
    incident.title = wanted.title;
    return { status: 200, body: { incident: wanted } };
  }
  if (what === 'POST /notes' && typeof note?.content === 'string') {
    incident.notes.push(note.content);
    return { status: 201, body: { note } };
  }
  return refused(400, 'Invalid Input Provided');
}

function refused(status: number, message: string): FakeAnswer {
  return { status, body: { error: { code: 2001, message } } };
}
