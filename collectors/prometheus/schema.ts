import { defineDataset } from '../../src/model/dataset.ts';

const target = {
  job: { help: 'Job of the target; empty where a tenant’s own series were scraped of an edge.' },
  instance: { help: 'Instance of the target: its host and port; empty as the job is.' },
};

/** What pages show, under the names that they gave it. */
export const prometheusSampleDataset = defineDataset({
  name: 'prometheus_sample',
  kind: 'gauge',
  help: 'Samples of scraped pages. Rules, queries and `/metrics?fleet=1` have them under their own names and labels.',
  dimensions: {
    ...target,
    metric: { help: 'Name of the series.', label: false },
    labels: { help: 'The other labels as text, sorted: `code="200",handler="/"`.', label: false },
  },
  metrics: {
    prometheus_sample_value: {
      type: 'gauge',
      unit: 'none',
      help: 'Value of the sample; none where it is NaN.',
    },
  },
  samples: { name: 'metric', labels: 'labels' },
  seriesLimit: 100_000,
});

/** How scraping went, in Prometheus's own words. Yielded also when it failed. */
export const prometheusScrapeDataset = defineDataset({
  name: 'prometheus_scrape',
  kind: 'gauge',
  help: 'How the scrape of each target went.',
  dimensions: {
    job: { help: 'Job of the target.' },
    instance: { help: 'Instance of the target: its host and port.' },
    labels: { help: 'Static labels of the target as text.', label: false },
  },
  metrics: {
    up: { type: 'gauge', unit: 'none', help: 'Whether the target could be scraped.' },
    scrape_duration_seconds: { type: 'gauge', unit: 'seconds', help: 'Time the scrape took.' },
    scrape_samples_scraped: { type: 'gauge', unit: 'none', help: 'Samples that the page had.' },
    scrape_samples_post_metric_relabeling: {
      type: 'gauge',
      unit: 'none',
      help: 'Samples that metric_relabel_configs left.',
    },
  },
  samples: { labels: 'labels' },
});
