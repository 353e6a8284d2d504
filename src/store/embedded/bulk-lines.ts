const decoder = new TextDecoder();
const NEWLINE = 10;

/** An action line and its document line. */
export interface BulkItem {
  readonly action: string;
  readonly document: string;
}

/** The items of an NDJSON bulk body. A last action line without a document gives an item with an empty one. */
export function* bulkItems(body: Uint8Array): Iterable<BulkItem> {
  let at = 0;
  while (at < body.length) {
    const actionEnd = lineEnd(body, at);
    const action = decoder.decode(body.subarray(at, actionEnd));
    const documentEnd = lineEnd(body, actionEnd + 1);
    const document = decoder.decode(body.subarray(actionEnd + 1, documentEnd));
    at = documentEnd + 1;
    if (action !== '' || document !== '') yield { action, document };
  }
}

function lineEnd(body: Uint8Array, from: number): number {
  const end = from < body.length ? body.indexOf(NEWLINE, from) : -1;
  return end < 0 ? body.length : end;
}
