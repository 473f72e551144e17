import { getHeapStatistics } from 'node:v8';
import { ProtocolError } from '../../protocol/lp1.ts';

/** V8's young generation at its usual size, which holds no retained entry, and what the process itself needs. */
const OTHER_BYTES = 50_000_000 + 24_000_000;
const MIN_BYTES = 8_000_000;

/**
 * Bytes of memory that retained entries may take by default: half of what V8 may use beside the process's own needs, so
 * that a folder written up to the limit opens again with the same heap. About 13 MB for a heap of 64 MB
 * (`--max-old-space-size`), 38 MB for 96 MB, 2 GB for 4 GB.
 */
export function defaultMaxBytes(heapLimit: number = getHeapStatistics().heap_size_limit): number {
  return Math.max(MIN_BYTES, Math.floor((heapLimit - OTHER_BYTES) / 2));
}

/** Returns the bytes of memory that the process can hold at most, whatever `maxBytes` says. */
export function mostBytes(heapLimit: number = getHeapStatistics().heap_size_limit): number {
  return Math.max(MIN_BYTES, Math.floor((heapLimit - OTHER_BYTES) * 0.9));
}

const CURE = 'keep fewer entries (retain or maxAge, by PUT), or delete channels';

/** Returns the error of an append for which a channel has no room. Sizes in bytes. */
export const channelFull = (channel: string, max: number): ProtocolError =>
  new ProtocolError(
    'storage-full',
    `the channel "${channel}" would hold more than ${max} bytes: ${CURE}, or raise maxChannelBytes`,
    { channel, retryAfter: 60 },
  );

/** Returns the error of an append for which the store has no room. Sizes in bytes. */
export const storeFull = (max: number): ProtocolError =>
  new ProtocolError(
    'storage-full',
    `all channels together would hold more than ${max} bytes: ${CURE}, or raise maxBytes and the memory of node (--max-old-space-size)`,
    { retryAfter: 60 },
  );
