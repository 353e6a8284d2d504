import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { compress } from 'hono/compress';
import type { Dataset } from '../../model/dataset.ts';
import { Failure } from '../../model/failure.ts';
import { refusal } from './answer.ts';
import { languageRoutes } from './language-routes.ts';
import { metadataRoutes } from './metadata-routes.ts';
import { queryRoutes, type QuerySources } from './query-routes.ts';
import { rulesRoutes, type RulesSources } from './rules-routes.ts';
import { seriesRoutes } from './series-routes.ts';
import { statusRoutes, type StatusSources } from './status-routes.ts';

/** Of a selector that names a thousand tenants some 20 KB; what is larger takes long to parse. */
const MAX_FORM_BYTES = 128 * 1024;

export interface PrometheusSources extends QuerySources, RulesSources, StatusSources {
  readonly datasets: readonly Dataset[];
}

/** What Prometheus 3.14 answers below `/api/v1` (prometheus.io, HTTP API), as far as octowatch has it. */
export function prometheusApi(sources: PrometheusSources): Hono {
  return new Hono()
    .use(compress())
    .use(bodyLimit({ maxSize: MAX_FORM_BYTES, onError: tooLarge }))
    .route('/', queryRoutes(sources))
    .route('/', seriesRoutes(sources))
    .route('/', rulesRoutes(sources))
    .route('/', metadataRoutes(sources.datasets))
    .route('/', languageRoutes())
    .route('/', statusRoutes(sources));
}

function tooLarge(): Response {
  const advice = 'select by fewer values, or by a regular expression';
  return refusal('bad_data', new Failure('invalid', `the form is larger than 128 KiB: ${advice}`), 413);
}
