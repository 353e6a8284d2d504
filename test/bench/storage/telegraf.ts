import type { Batch } from '../../../src/model/ports.ts';
import { webRequestDataset } from '../../../src/octopus/web-request-dataset.ts';

/** Telegraf calls its index `telegraf-2026.11.21`; a server may hold that of another run. */
export const TELEGRAF_INDEX = `telegraf-${Date.now()}`;
const TAGS = ['tenant', 'method', 'route', 'status', 'host'];
const FIELDS = ['path', 'user', 'duration_seconds'];

/** Telegraf's template. Source: telegraf 1.40, `plugins/outputs/elasticsearch/elasticsearch.go`, `telegrafTemplate`. */
export const TELEGRAF_TEMPLATE = {
  index_patterns: ['telegraf-*'],
  template: {
    settings: {
      index: {
        refresh_interval: '10s',
        'mapping.total_fields.limit': 5000,
        auto_expand_replicas: '0-1',
        codec: 'best_compression',
      },
    },
    mappings: {
      properties: { '@timestamp': { type: 'date' }, measurement_name: { type: 'keyword' } },
      dynamic_templates: [
        {
          tags: {
            match_mapping_type: 'string',
            path_match: 'tag.*',
            mapping: { ignore_above: 512, type: 'keyword' },
          },
        },
        { metrics_long: { match_mapping_type: 'long', mapping: { type: 'float', index: false } } },
        { metrics_double: { match_mapping_type: 'double', mapping: { type: 'float', index: false } } },
        { text_fields: { match: '*', mapping: { norms: false } } },
      ],
    },
  },
};

/** The requests of a batch as Telegraf writes them, its action lines too: the server makes the ids. */
export function telegrafLines({ columns }: Batch): string[] {
  const table = columns.table(webRequestDataset);
  const text = (name: string, row: number): string =>
    columns.symbols.text((table.dimensions.get(name) ?? table.texts.get(name))?.[row] ?? 0);
  const value = (name: string, row: number): string | number =>
    table.numbers.get(name)?.[row] ?? text(name, row);
  return Array.from({ length: table.rows }, (_, row) => {
    const document = {
      '@timestamp': new Date(table.times[row] ?? 0).toISOString(),
      measurement_name: 'octopus_web',
      octopus_web: Object.fromEntries(FIELDS.map((name) => [name, value(name, row)])),
      tag: Object.fromEntries(TAGS.map((name) => [name, text(name, row)])),
    };
    return `{"create":{"_index":"${TELEGRAF_INDEX}"}}\n${JSON.stringify(document)}\n`;
  });
}
