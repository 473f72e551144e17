/** A line of a stream. */
export interface Line {
  /** Counted from 1, blank lines too. */
  number: number;
  bytes: Buffer;
  /** It was longer; these are its first bytes. */
  cut: boolean;
}

const NEWLINE = 0x0a;

/** The lines of a byte stream, without their ends (LF or CRLF). Of a line keeps at most `maxBytes` in memory. */
export async function* linesOf(
  input: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<Line> {
  let number = 1;
  let begun: Buffer[] = [];
  let length = 0;
  const add = (bytes: Buffer): void => {
    if (length < maxBytes && bytes.length > 0) begun.push(bytes.subarray(0, maxBytes - length));
    length += bytes.length;
  };
  const end = (): Line => {
    const bytes = Buffer.concat(begun);
    const line = { number: number++, bytes: trimmed(bytes), cut: length > maxBytes };
    begun = [];
    length = 0;
    return line;
  };
  for await (const chunk of input) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, at));
      yield end();
      from = at + 1;
    }
    add(chunk.subarray(from));
  }
  if (length > 0) yield end();
}

const trimmed = (bytes: Buffer): Buffer => (bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes);
