import { z } from 'zod';
import { formatDuration, parseDuration } from '../model/duration.ts';
import { messageOf } from '../model/failure.ts';
import { isLabelName } from '../model/labels.ts';

/** From the largest; a size is written in the largest that divides it. */
const BYTE_UNITS: readonly (readonly [string, number])[] = [
  ['TiB', 2 ** 40],
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
  ['B', 1],
];
const DAY = 86_400_000;

/** A Prometheus duration (`30s`, `5m`); ms in the configuration. */
export const duration = z.codec(z.string(), z.number(), {
  decode(text, context) {
    try {
      return parseDuration(text);
    } catch (error) {
      context.issues.push({ code: 'custom', message: messageOf(error), input: text });
      return z.NEVER;
    }
  },
  encode: formatDuration,
});

/** A duration that something is repeated at or waits for: 0 would be a busy loop, and timers hold 24 days. */
export const interval = duration
  .refine((ms) => ms >= 100 && ms <= DAY, 'write a duration from 100ms to 1d')
  .meta({ title: 'duration' });

/** How long data is kept. */
export const retention = duration
  .refine((ms) => ms >= 3_600_000, 'write a duration of at least 1h')
  .meta({ title: 'duration' });

/** A size with a binary unit (`512MiB`, `10GiB`); bytes in the configuration. */
export const byteSize = z.codec(z.string(), z.int(), {
  decode(text, context) {
    const [, count, unit] = /^(\d+)\s*(\w+)$/.exec(text) ?? [];
    const size = BYTE_UNITS.find(([name]) => name === unit)?.[1];
    if (size !== undefined) return Number(count) * size;
    const message = `not a size: ${JSON.stringify(text)} (write 512MiB or 10GiB)`;
    context.issues.push({ code: 'custom', message, input: text });
    return z.NEVER;
  },
  encode(bytes) {
    const [unit, size] = BYTE_UNITS.find(([, each]) => bytes % each === 0) ?? ['B', 1];
    return `${bytes / size}${unit}`;
  },
});

/** A base URL, http or https; kept without a slash at the end. */
export const httpUrl = z
  .url({ protocol: /^https?$/, message: 'not an http or https URL' })
  .overwrite((url) => url.replace(/\/+$/, ''));

/** A label name: `[A-Za-z_][A-Za-z0-9_]*`. */
export const labelName = z.string().refine(isLabelName, 'not a label name ([A-Za-z_][A-Za-z0-9_]*)');

/** A text; a whole number or `true` without quotes is one too, as YAML has it in an Alertmanager's file. */
export const scalarText = z.codec(z.union([z.string(), z.int(), z.boolean()]), z.string(), {
  decode: String,
  encode: (text) => text,
});

/** Labels by name. */
export const labelMap = z.record(labelName, scalarText);

/** A secret: from a value, an environment variable or its `_file` twin. Never logged. */
export const secret = z.string().min(1, 'an empty secret');

/** A count of at least one. */
export const positive = z.int().min(1);

/** Where a server listens: `host:port`, an IPv6 host in brackets; port 0 is any free one. */
export const listenAddress = z.string().refine(isListenAddress, 'write host:port, such as 127.0.0.1:9464');

function isListenAddress(text: string): boolean {
  const [, port] = /^(?:[^:[\]\s]+|\[[0-9A-Fa-f:.]+\]):(\d+)$/.exec(text) ?? [];
  return port !== undefined && Number(port) <= 65_535;
}
