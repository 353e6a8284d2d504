import type { SymbolTable } from '../../model/symbols.ts';
import { bytesOf, equals } from './bytes.ts';

/** The methods that are labels; any other is `other`. */
export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'] as const;
const METHODS = HTTP_METHODS.map((name) => bytesOf(name));
const OTHER = bytesOf('other');

/** The symbol of the HTTP method `bytes[start, end)`, of `other` for what is none: anyone can send any word. */
export function methodSymbol(symbols: SymbolTable, bytes: Uint8Array, start: number, end: number): number {
  for (const name of METHODS)
    if (equals(bytes, start, end, name)) return symbols.internBytes(bytes, start, end);
  return symbols.internBytes(OTHER, 0, OTHER.length);
}
