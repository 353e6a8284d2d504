import assert from 'node:assert/strict';
import test from 'node:test';
import { fakeAws } from './fixtures/fake-aws.ts';
import { metricData, type MetricQuery } from './metric-data.ts';

const FROM = Date.UTC(2026, 10, 21, 6);
const TO = FROM + 1_200_000;

function query(instance: string): MetricQuery {
  return {
    namespace: 'AWS/EC2',
    metric: 'CPUCreditBalance',
    dimensions: { InstanceId: instance },
    statistic: 'Average',
    periodSeconds: 300,
  };
}

test('asks for series in calls of 500 at most, and puts the answers in order', async (t) => {
  const sizes: number[] = [];
  const aws = fakeAws({
    'cloudwatch:GetMetricData': ({ MetricDataQueries = [] }) => {
      sizes.push(MetricDataQueries.length);
      const results = MetricDataQueries.map(({ Id, MetricStat }) => ({
        Id,
        Timestamps: [new Date(FROM)],
        Values: [Number(MetricStat?.Metric?.Dimensions?.[0]?.Value)],
      }));
      return { MetricDataResults: results.toReversed() };
    },
  });
  const queries = Array.from({ length: 1201 }, (_, i) => query(String(i)));
  const answers = await metricData(aws, queries, FROM, TO, t.signal);
  assert.deepEqual(sizes, [500, 500, 201]);
  assert.deepEqual(
    answers.map(([sample]) => sample?.value),
    queries.map((_, i) => i),
  );
});

test('joins the pages of a series, the oldest sample first', async (t) => {
  const at = (minute: number): Date => new Date(FROM + minute * 60_000);
  const pages = [
    { MetricDataResults: [{ Id: 'q0', Timestamps: [at(15), at(10)], Values: [3, 2] }], NextToken: 'more' },
    { MetricDataResults: [{ Id: 'q0', Timestamps: [at(0), at(5)], Values: [0, 1] }] },
  ];
  const aws = fakeAws({ 'cloudwatch:GetMetricData': () => pages.shift() ?? {} });
  const [samples] = await metricData(aws, [query('i-1')], FROM, TO, t.signal);
  assert.deepEqual(
    samples?.map(({ value }) => value),
    [0, 1, 2, 3],
  );
});

test('what CloudWatch does not have, or what was not asked for, is no sample', async (t) => {
  const aws = fakeAws({
    'cloudwatch:GetMetricData': () => ({
      MetricDataResults: [
        { Id: 'q0', Timestamps: [new Date(FROM), new Date(TO)], Values: [NaN] },
        { Id: 'q7', Timestamps: [new Date(FROM)], Values: [1] },
        { Timestamps: [new Date(FROM)], Values: [1] },
      ],
    }),
  });
  assert.deepEqual(await metricData(aws, [query('i-1'), query('i-2')], FROM, TO, t.signal), [[], []]);
});

test('asks nothing where nothing is to be asked', async (t) => {
  assert.deepEqual(await metricData(fakeAws({}), [], FROM, TO, t.signal), []);
});
