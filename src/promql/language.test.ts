import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runTestFile } from './conformance/run-test-file.ts';

/** What users rely on, in the notation of Prometheus's test files; values worked out by hand. */
const SCRIPTS: Readonly<Record<string, string>> = {
  'rate extrapolates to the ends of the window, never below zero': `
load 1m
  requests_total{node="1"} 0+60x10
  requests_total{node="2"} 100 160 220 10 70 130 190

eval instant at 10m rate(requests_total{node="1"}[5m])
  {node="1"} 1

eval instant at 6m round(increase(requests_total{node="2"}[6m1s]) * 360 / 361, 0.001)
  {node="2"} 310

eval instant at 6m resets(requests_total{node="2"}[10m])
  {node="2"} 1

eval instant at 30s rate(requests_total[1m])
`,
  'a stale marker ends a series at once, silence after the lookback': `
load 1m
  up{tenant="gone"}  1 1 stale
  up{tenant="quiet"} 1 1

eval instant at 2m up
  up{tenant="quiet"} 1

eval instant at 5m59s up
  up{tenant="quiet"} 1

eval instant at 6m up

eval instant at 2m count_over_time(up[5m])
  {tenant="gone"} 2
  {tenant="quiet"} 2
`,
  'ranges are open on the left': `
load 1m
  x 1 2 3 4

eval instant at 3m sum_over_time(x[2m])
  {} 7
`,
  'group_left joins info series; two partners are an error': `
load 1m
  up{tenant="a"} 0
  info{tenant="a", region="eu"} 1
  twice{tenant="a", n="1"} 1
  twice{tenant="a", n="2"} 1

eval instant at 0 up * on (tenant) group_left (region) info
  {tenant="a", region="eu"} 0

eval instant at 0 up == on (tenant) twice
  expect fail regex: many-to-many matching not allowed: matching labels must be unique on one side

eval instant at 0 twice == on (tenant) up
  expect fail msg: multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)
`,
  'comparisons filter and keep the name; bool yields 0 and 1': `
load 1m
  x{a="1"} 1
  x{a="2"} 2

eval instant at 0 x > 1
  x{a="2"} 2

eval instant at 0 1 < x
  x{a="2"} 2

eval instant at 0 x > bool 1
  {a="1"} 0
  {a="2"} 1
`,
  'absent names what is missing': `
load 1m
  x{a="1"} 1

eval instant at 0 absent(x{a="1"})

eval instant at 0 absent(x{a="2", b=~".*", c="d"})
  {a="2", c="d"} 1

eval instant at 0 absent_over_time(nope{tenant="a"}[5m])
  {tenant="a"} 1
`,
  'quantiles of a classic histogram are linear within a bucket': `
load 1m
  h_bucket{le="1"}    10
  h_bucket{le="2"}    30
  h_bucket{le="+Inf"} 40

eval instant at 0 histogram_quantile(0.5, h_bucket)
  {} 1.5

eval instant at 0 histogram_quantile(0.99, h_bucket)
  {} 2

eval instant at 0 histogram_fraction(0, 1.5, h_bucket)
  {} 0.5
`,
  'sums do not lose small terms beside large ones': `
load 1m
  x{a="1"} 1
  x{a="2"} 1e100
  x{a="3"} 1
  x{a="4"} -1e100

eval instant at 0 sum(x)
  {} 2

eval instant at 0 avg(x)
  {} 0.5
`,
  'topk sorts, NaN last': `
load 1m
  x{a="1"} 1
  x{a="2"} NaN
  x{a="3"} 3

eval instant at 0 topk(3, x)
  expect ordered
  x{a="3"} 3
  x{a="1"} 1
  x{a="2"} NaN
`,
  'labels are rewritten by anchored RE2': `
load 1m
  x{host="web-01.example"} 1

eval instant at 0 label_replace(x, "node", "$1/\${n}", "host", "([a-z]+)-(?P<n>[0-9]+).*")
  x{host="web-01.example", node="web/01"} 1

eval instant at 0 label_replace(x, "node", "$1", "host", "(web)")
  x{host="web-01.example"} 1

eval instant at 0 label_join(x, "node", "-", "host", "none")
  x{host="web-01.example", node="web-01.example-"} 1
`,
  'dropping the name may not make two series one': `
load 1m
  x{a="1"} 1
  y{a="1"} 1

eval instant at 0 abs({__name__=~"x|y"})
  expect fail msg: vector cannot contain metrics with the same labelset
`,
  'dates are UTC': `
eval instant at 0 day_of_year(vector(1709208000))
  {} 60

eval instant at 0 days_in_month(vector(1709208000))
  {} 29

eval instant at 1h30m hour() * 100 + minute()
  {} 130
`,
  'durations are computed from the step and the length of the query': `
load 10s
  m 0+1x60

eval instant at 5m count_over_time(m[1m / 2])
  {} 3

eval instant at 5m m offset (10 * 6)
  m 24

eval instant at 5m m offset range()
  m 30

eval range from 1m to 2m step 30s count_over_time(m[step()])
  {} 3 3 3

eval range from 1m to 2m step 30s max_over_time(m[min_of(range(), 20s):step() / 3])
  {} 6 9 12

eval instant at 5m m[step()]
  expect fail regex: greater than 0: step\\(\\) is 0 s

eval range from 1m to 2m step 30s m - m + end() - start() + step() * 0 + range()
  {} 120 120 120
`,
  'anchored and smoothed ranges look around their ends': `
load 1m
  m_total 0+60x10

eval instant at 5m30s increase(m_total[2m])
  {} 120

eval instant at 5m30s increase(m_total[2m] anchored)
  {} 120

eval instant at 5m30s rate(m_total[1m30s] smoothed)
  {} 1

eval instant at 5m30s m_total smoothed
  m_total 330

eval instant at 5m30s m_total[1m] smoothed
  expect range vector from 4m30s to 5m30s step 30s
  m_total 270 300 330

eval instant at 5m avg_over_time(m_total[2m] anchored)
  expect fail msg: anchored modifier can only be used with: changes, delta, increase, rate, resets - not with avg_over_time
`,
  'fill stands in for a partner that is missing': `
load 1m
  a{x="1"} 10
  a{x="2"} 20
  b{x="2"} 2
  b{x="3"} 3

eval instant at 0 a + fill(0) b
  {x="1"} 10
  {x="2"} 22
  {x="3"} 3

eval instant at 0 a + on(x) fill_right(1) b
  {x="1"} 11
  {x="2"} 22

eval instant at 0 a - fill_left(-1) b
  {x="2"} 18
  {x="3"} -4
`,
  'info adds labels, limits pick series, sorting goes by labels': `
load 1m
  requests{job="j", instance="2"} 1 2
  requests{job="j", instance="10"} 1 2
  target_info{job="j", instance="2", version="1"} 1 1
  target_info{job="j", instance="10", version="2"} 1 1

eval instant at 1m info(requests)
  requests{job="j", instance="2", version="1"} 2
  requests{job="j", instance="10", version="2"} 2

eval instant at 1m info(requests, {version="2"})
  requests{job="j", instance="10", version="2"} 2

eval instant at 1m count(limitk(1, requests))
  {} 1

eval instant at 1m limit_ratio(0.3, requests) or limit_ratio(-0.7, requests)
  requests{job="j", instance="2"} 2
  requests{job="j", instance="10"} 2

eval instant at 1m sort_by_label(requests, "instance")
  expect ordered
  requests{job="j", instance="2"} 2
  requests{job="j", instance="10"} 2
`,
  'start timestamps tell of counters that began anew': `
load 1m
  m@st _ -30s -90s -30s
  m    _ 10   20     15

eval instant at 3m increase(m[3m1ms])
  {} 35

eval instant at 3m resets(m[3m])
  {} 1

eval instant at 3m irate(m[3m])
  {} 0.25

eval instant at 3m start_timestamp(m)
  {} 150

eval instant at 3m start_timestamp(m + 0)
`,
};

for (const [name, script] of Object.entries(SCRIPTS)) {
  test(name, () => {
    const outcomes = runTestFile(script);
    assert.ok(outcomes.length > 0);
    assert.deepEqual(
      outcomes.filter(({ problem }) => problem !== undefined),
      [],
    );
  });
}

test('the runner reports a wrong value, a missing series and a failure that did not happen', () => {
  const outcomes = runTestFile(`
load 1m
  x{a="1"} 1

eval instant at 0 x
  x{a="1"} 2

eval instant at 0 x
  x{a="2"} 1

eval instant at 0 x
  expect fail

eval instant at 0 x
`);
  assert.deepEqual(
    outcomes.map(({ problem }) => problem),
    ['x{a="1"} is 1, not 2', 'missing x{a="2"}; have x{a="1"}', 'expected to fail', '1 series, not 0'],
  );
});
