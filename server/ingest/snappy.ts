import { ProtocolError } from '../../protocol/lp1.ts';
import type { Steps } from './collector.ts';

/**
 * Decompresses a Snappy block, as Prometheus remote write sends it. Never allocates more than `maxBytes`. Source:
 * google/snappy, "format_description.txt".
 * @throws ProtocolError `too-large` by the length that the block declares, `bad-request` for a damaged block
 */
export function* inflateSnappy(bytes: Buffer, maxBytes: number): Steps<Buffer> {
  const { length, start } = declaredLength(bytes);
  if (length > maxBytes) {
    throw new ProtocolError(
      'too-large',
      `the body inflates to ${length} bytes: send at most ${maxBytes}`,
    );
  }
  const out = Buffer.allocUnsafe(length);
  let at = start;
  let to = 0;
  for (let n = 1; at < bytes.length; n++) {
    const tag = bytes[at++] as number;
    const kind = tag & 3;
    let size = tag >>> 2;
    if (kind === 0) {
      if (size >= 60) {
        const width = size - 59;
        if (at + width > bytes.length) throw damaged();
        size = bytes.readUIntLE(at, width);
        at += width;
      }
      size++;
      if (at + size > bytes.length || to + size > length) throw damaged();
      bytes.copy(out, to, at, at + size);
      at += size;
    } else {
      const width = kind === 3 ? 4 : kind;
      if (at + width > bytes.length) throw damaged();
      const offset =
        kind === 1 ? ((tag >>> 5) << 8) | (bytes[at] as number) : bytes.readUIntLE(at, width);
      at += width;
      size = kind === 1 ? ((tag >>> 2) & 7) + 4 : size + 1;
      if (offset === 0 || offset > to || to + size > length) throw damaged();
      for (let i = 0; i < size; i++) out[to + i] = out[to + i - offset] as number; // source and target may overlap
    }
    to += size;
    if (n % 10_000 === 0) yield;
  }
  if (to !== length) throw damaged();
  return out;
}

function declaredLength(bytes: Buffer): { length: number; start: number } {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[i];
    if (byte === undefined) break;
    length += (byte & 127) * 128 ** i;
    if (byte < 128) return { length, start: i + 1 };
  }
  throw damaged();
}

const damaged = (): ProtocolError =>
  new ProtocolError(
    'bad-request',
    'the body is not a Snappy block: compress it in the block format, not the framing format',
  );
