import { z } from 'zod';
import { parseDuration } from '../model/duration.ts';
import { messageOf } from '../model/failure.ts';
import { isLabelName } from '../model/labels.ts';

const BYTE_UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** A Prometheus duration (`30s`, `5m`); ms in the configuration. */
export const duration = z.string().transform((text, context) => {
  try {
    return parseDuration(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
    return z.NEVER;
  }
});

/** A size with a binary unit (`512MiB`, `10GiB`); bytes in the configuration. */
export const byteSize = z.string().transform((text, context) => {
  const match = /^(\d+)\s*(B|KiB|MiB|GiB|TiB)$/.exec(text);
  if (match !== null) return Number(match[1]) * (BYTE_UNITS[match[2] ?? 'B'] ?? 1);
  context.addIssue({
    code: 'custom',
    message: `not a size: ${JSON.stringify(text)} (write 512MiB or 10GiB)`,
  });
  return z.NEVER;
});

/** A base URL, http or https; kept without a slash at the end. */
export const httpUrl = z
  .url({ protocol: /^https?$/, message: 'not an http or https URL' })
  .transform((url) => url.replace(/\/+$/, ''));

/** A label name: `[A-Za-z_][A-Za-z0-9_]*`. */
export const labelName = z.string().refine(isLabelName, 'not a label name ([A-Za-z_][A-Za-z0-9_]*)');

/** Labels by name. */
export const labelMap = z.record(labelName, z.string());

/** A secret: from a value, an environment variable or its `_file` twin. Never logged. */
export const secret = z.string().min(1, 'an empty secret');

/** A count of at least one. */
export const positive = z.int().min(1);
