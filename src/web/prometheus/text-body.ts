/** Characters that are made and sent at once: about a millisecond of work. */
const CHUNK = 64 * 1024;

/**
 * A body of pieces that end by themselves: a text when it is short, else a stream that makes the next piece when the
 * client has read the last, so that a large answer neither fills the memory nor holds anybody up.
 */
export function textBody(pieces: Generator<string>): string | ReadableStream<Uint8Array> {
  const first = take(pieces);
  return first.length < CHUNK ? first : streamOf(first, pieces);
}

function streamOf(first: string, pieces: Generator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let text = first;
  return new ReadableStream(
    {
      async pull(controller) {
        controller.enqueue(encoder.encode(text));
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        text = take(pieces);
        if (text === '') controller.close();
      },
      cancel() {
        pieces.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Pieces until they are enough for a chunk; empty when there are no more. */
function take(pieces: Generator<string>): string {
  let text = '';
  while (text.length < CHUNK) {
    const { value, done } = pieces.next();
    if (done === true) break;
    text += value;
  }
  return text;
}
