import { Hono, type Context } from 'hono';
import { html } from 'hono/html';
import { Failure } from '../../model/failure.ts';
import type { WebSources } from '../sources.ts';
import { acknowledgePage } from './acknowledge-page.ts';
import { failureStatus } from './failure-status.ts';
import { addFormPage, type FormAccess } from './form-page.ts';
import { graphPage } from './graph-page.ts';
import { createAskGraph } from './graph-query.ts';
import { incidentFacts } from './incident-facts.ts';
import { incidentPage } from './incident-page.ts';
import { page, rootOf, type Html } from './page.ts';
import { newSilencePage } from './silence-page.ts';
import { expireSilencePage, silencesPage } from './silences-page.ts';
import { tenantPage } from './tenant-page.ts';

/** Where the links of messages lead: incidents, tenants, graphs, silences. */
export function pageRoutes(sources: WebSources, access: Pick<FormAccess, 'token'>, prometheus: Hono): Hono {
  const askGraph = createAskGraph(prometheus);
  const forms = { ...access, externalUrl: sources.alertmanager.externalUrl };
  const app = new Hono().onError((error, context) => failed(error, context, sources));
  // What was true a minute ago must not be shown by a browser that goes back.
  for (const path of ['/incidents/*', '/tenants/*', '/graph', '/silences/*'])
    app.use(path, (context, next) => {
      context.header('cache-control', 'no-store');
      return next();
    });
  app.get('/incidents/:key', (context) => {
    const key = context.req.param('key');
    const facts = incidentFacts(key, sources.onCall);
    return context.html(
      facts === undefined ? unknown(sources, context, INCIDENT) : incidentPage(facts, sources),
      facts === undefined ? 404 : 200,
    );
  });
  app.get('/tenants/:tenant', (context) => {
    const body = tenantPage(context.req.param('tenant'), sources);
    return context.html(body ?? unknown(sources, context, TENANT), body === undefined ? 404 : 200);
  });
  app.get('/graph', async (context) => {
    const { searchParams } = new URL(context.req.url);
    const { body, status } = await graphPage(searchParams, sources, askGraph, context.req.raw.signal);
    return context.html(body, status);
  });
  app.get('/silences', (context) => context.html(silencesPage(sources)));
  addFormPage(app, '/incidents/:key/acknowledge', forms, acknowledgePage(sources));
  addFormPage(app, '/silences/new', forms, newSilencePage(sources));
  addFormPage(app, '/silences/:id/expire', forms, expireSilencePage(sources));
  return app;
}

const INCIDENT = [
  'This incident is not known here',
  'What ended more than 400 days ago is forgotten, and another octowatch knows its own incidents only.',
] as const;
const TENANT = [
  'This tenant is not known here',
  'It is not in the fleet, and nothing was ever told of it.',
] as const;

function failed(error: Error, context: Context, sources: WebSources): Response | Promise<Response> {
  const status = failureStatus(error);
  if (!(error instanceof Failure) || status === undefined) throw error;
  return context.html(unknown(sources, context, ['This cannot be done', error.message]), status);
}

function unknown(sources: WebSources, { req }: Context, [title, words]: readonly [string, string]): Html {
  const root = rootOf(req.path);
  return page(sources, {
    title,
    root,
    main: html`<h1>${title}</h1>
      <p>${words}</p>
      <p><a href="${root}">What is going on now</a></p>`,
  });
}
