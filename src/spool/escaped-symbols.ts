import { isUtf8 } from 'node:buffer';
import type { SymbolTable } from '../model/symbols.ts';
import { ByteWriter } from './byte-writer.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HEX = '0123456789abcdef';

/** The symbols of a batch as JSON strings, each escaped once per batch. */
export class EscapedSymbols {
  readonly #arena = new ByteWriter(64 * 1024);
  #table: SymbolTable | undefined;
  #starts = new Int32Array(1024);
  #ends = new Int32Array(1024);

  /** Forgets what was cached: symbols mean something else in another batch. */
  reset(table: SymbolTable): void {
    this.#table = table;
    this.#arena.clear();
    if (this.#ends.length < table.size) {
      this.#starts = new Int32Array(table.size * 2);
      this.#ends = new Int32Array(table.size * 2);
    } else this.#ends.fill(0, 0, table.size);
  }

  /** Writes `"text"`. */
  write(symbol: number, out: ByteWriter): void {
    if (this.#ends[symbol] === 0) this.#escape(symbol);
    out.range(this.#arena, this.#starts[symbol] ?? 0, this.#ends[symbol] ?? 0);
  }

  #escape(symbol: number): void {
    const table = this.#table;
    this.#starts[symbol] = this.#arena.length;
    if (table === undefined || !this.#arena.plainString(table.arena, table.start(symbol), table.end(symbol)))
      writeJsonString(validBytes(table, symbol), this.#arena);
    this.#ends[symbol] = this.#arena.length;
  }
}

// One invalid byte would make the server refuse a whole body.
function validBytes(table: SymbolTable | undefined, symbol: number): Uint8Array {
  const bytes = table?.bytes(symbol) ?? new Uint8Array(0);
  return isUtf8(bytes) ? bytes : Buffer.from(table?.text(symbol) ?? '');
}

/** Writes UTF-8 bytes as a JSON string, quotes included. Source: RFC 8259 section 7. */
export function writeJsonString(bytes: Uint8Array, out: ByteWriter): void {
  out.byte(QUOTE);
  let from = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH) continue;
    out.bytes(bytes.subarray(from, i));
    writeEscape(byte, out);
    from = i + 1;
  }
  out.bytes(bytes.subarray(from));
  out.byte(QUOTE);
}

function writeEscape(byte: number, out: ByteWriter): void {
  if (byte === QUOTE) out.ascii('\\"');
  else if (byte === BACKSLASH) out.ascii('\\\\');
  else if (byte === 0x0a) out.ascii('\\n');
  else if (byte === 0x09) out.ascii('\\t');
  else if (byte === 0x0d) out.ascii('\\r');
  else out.ascii(`\\u00${HEX[byte >> 4] ?? '0'}${HEX[byte & 15] ?? '0'}`);
}
