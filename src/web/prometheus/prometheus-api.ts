import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { compress } from 'hono/compress';
import type { Dataset } from '../../model/dataset.ts';
import { languageRoutes } from './language-routes.ts';
import { metadataRoutes } from './metadata-routes.ts';
import { queryRoutes, type QuerySources } from './query-routes.ts';
import { rulesRoutes, type RulesSources } from './rules-routes.ts';
import { seriesRoutes } from './series-routes.ts';
import { statusRoutes, type StatusSources } from './status-routes.ts';

const MAX_FORM_BYTES = 1024 * 1024;

export interface PrometheusSources extends QuerySources, RulesSources, StatusSources {
  readonly datasets: readonly Dataset[];
}

/** What Prometheus 3.14 answers below `/api/v1` (prometheus.io, HTTP API), as far as octowatch has it. */
export function prometheusApi(sources: PrometheusSources): Hono {
  return new Hono()
    .use(compress())
    .use(bodyLimit({ maxSize: MAX_FORM_BYTES }))
    .route('/', queryRoutes(sources))
    .route('/', seriesRoutes(sources))
    .route('/', rulesRoutes(sources))
    .route('/', metadataRoutes(sources.datasets))
    .route('/', languageRoutes())
    .route('/', statusRoutes(sources));
}
