/** A field of a protobuf message: a varint or fixed number, or the bytes of a text or message. */
export type ProtobufValue = bigint | Uint8Array;

/** A message by field number, as https://protobuf.dev/programming-guides/encoding/ has it. */
export type ProtobufMessage = ReadonlyMap<number, readonly ProtobufValue[]>;

/** Reads one message without knowing its type. @throws Error when it is none */
export function readProtobuf(bytes: Uint8Array): ProtobufMessage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields = new Map<number, ProtobufValue[]>();
  let at = 0;

  function varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  function read(wireType: number): ProtobufValue {
    if (wireType === 0) return varint();
    if (wireType === 1) return view.getBigUint64((at += 8) - 8, true);
    if (wireType === 5) return BigInt(view.getUint32((at += 4) - 4, true));
    if (wireType !== 2) throw new Error(`wire type ${wireType}`);
    const length = Number(varint());
    if (at + length > bytes.length) throw new Error('a field beyond the end');
    return bytes.subarray(at, (at += length));
  }

  while (at < bytes.length) {
    const tag = Number(varint());
    const field = tag >>> 3;
    fields.set(field, [...(fields.get(field) ?? []), read(tag & 7)]);
  }
  return fields;
}

/** The messages of a field. */
export function messagesOf(message: ProtobufMessage, field: number): ProtobufMessage[] {
  return (message.get(field) ?? []).map((value) => readProtobuf(value as Uint8Array));
}

/** The text of a field; empty where there is none. */
export function textOf(message: ProtobufMessage | undefined, field: number): string {
  const value = message?.get(field)?.[0];
  return value instanceof Uint8Array ? Buffer.from(value).toString() : '';
}

/** A field of type double. */
export function doubleOf(message: ProtobufMessage | undefined, field: number): number | undefined {
  const value = message?.get(field)?.[0];
  return typeof value === 'bigint' ? new Float64Array(BigUint64Array.of(value).buffer)[0] : undefined;
}
