import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHead, queues, requests, SECOND, START } from '../../../test/fakes/head-fixture.ts';

test('the latest samples as Prometheus text, without what is stale', async (t) => {
  const { head } = await openHead(t);
  head.ingest(queues('acme', START, { 'a"\\\n': 1, gone: 2 }), START);
  head.ingest(queues('acme', START + SECOND, { 'a"\\\n': 1.5 }), START + SECOND);
  head.ingest(requests('acme', [START, '/api', '2xx', 0.5]), START);
  head.tick(START);
  head.record([
    { labels: { __name__: 'job:ratio', tenant: 'acme' }, time: START, value: Number.POSITIVE_INFINITY },
    { labels: { __name__: 'empty' }, time: START, value: Number.NaN },
    { labels: { __name__: 'my.metric', 'a b': '"' }, time: START, value: 1 },
  ]);
  assert.equal(
    [...head.exposition()].join(''),
    `# HELP octopus_queue_length Tasks that wait.
# TYPE octopus_queue_length gauge
octopus_queue_length{tenant="acme",name="a\\"\\\\\\n"} 1.5 ${START + SECOND}
# HELP octopus_requests_total Requests.
# TYPE octopus_requests_total counter
octopus_requests_total{tenant="acme",route="/api"} 1 ${START}
# HELP octopus_request_duration_seconds Time requests took.
# TYPE octopus_request_duration_seconds histogram
octopus_request_duration_seconds_bucket{tenant="acme",le="0.1"} 0 ${START}
octopus_request_duration_seconds_bucket{tenant="acme",le="1"} 1 ${START}
octopus_request_duration_seconds_bucket{tenant="acme",le="+Inf"} 1 ${START}
octopus_request_duration_seconds_sum{tenant="acme"} 0.5 ${START}
octopus_request_duration_seconds_count{tenant="acme"} 1 ${START}
# HELP job:ratio Recorded by a rule, or scraped.
# TYPE job:ratio untyped
job:ratio{tenant="acme"} +Inf ${START}
# HELP empty Recorded by a rule, or scraped.
# TYPE empty untyped
empty NaN ${START}
# HELP "my.metric" Recorded by a rule, or scraped.
# TYPE "my.metric" untyped
{"my.metric","a b"="\\""} 1 ${START}
`,
  );
});
