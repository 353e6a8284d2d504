import { parseDuration } from '../model/duration.ts';

const HEX = /^0[xX]_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*$/;
const OCTAL = /^0[0-7_]*[0-7]$/;
const DECIMAL = /^(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const DURATION = /^(?:\d+(?:ms|[ywdhms]))+$/;

export interface ParsedNumber {
  readonly kind: 'number' | 'duration';
  readonly value: number;
}

/**
 * The number a literal stands for: decimal, hexadecimal, octal (a leading zero, as in Prometheus) or a duration in
 * seconds; undefined when it is none of them.
 */
export function parseNumber(text: string): ParsedNumber | undefined {
  const digits = text.replaceAll('_', '');
  if (HEX.test(text)) return { kind: 'number', value: Number(digits) };
  if (OCTAL.test(text)) return { kind: 'number', value: Number.parseInt(digits, 8) };
  if (DECIMAL.test(text)) return finite(Number(digits));
  if (!DURATION.test(text)) return undefined;
  const ms = durationMs(text);
  return ms === undefined ? undefined : { kind: 'duration', value: ms / 1000 };
}

/** A number too large to write down is none, as in Prometheus. */
function finite(value: number): ParsedNumber | undefined {
  return Number.isFinite(value) ? { kind: 'number', value } : undefined;
}

function durationMs(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch {
    return undefined;
  }
}
