import { getHeapStatistics } from 'node:v8';
import { ProtocolError } from '../../protocol/lp1.ts';

/** Bytes of heap that are not available for retained entries: V8's young generation at its usual size, and the process's own needs. */
const OTHER_BYTES = 50_000_000 + 24_000_000;
const MIN_BYTES = 8_000_000;

/**
 * Returns the bytes of memory that retained entries may take by default: half of the heap beyond the process's own needs, so
 * that a folder filled up to the limit can be opened again with the same heap. About 13 MB for a heap of 64 MB
 * (`--max-old-space-size`), 38 MB for 96 MB, 2 GB for 4 GB.
 */
export function defaultMaxBytes(heapLimit: number = getHeapStatistics().heap_size_limit): number {
  return Math.max(MIN_BYTES, Math.floor((heapLimit - OTHER_BYTES) / 2));
}

/** Returns the maximum bytes of entries that fit into the heap, independent of `maxBytes`. */
export function mostBytes(heapLimit: number = getHeapStatistics().heap_size_limit): number {
  return Math.max(MIN_BYTES, Math.floor((heapLimit - OTHER_BYTES) * 0.9));
}

const CURE = 'keep fewer entries (retain or maxAge, by PUT), or delete channels';

/** Returns the error of an append that would exceed `max`, the limit of one channel in bytes. */
export const channelFull = (channel: string, max: number): ProtocolError =>
  new ProtocolError(
    'storage-full',
    `the channel "${channel}" would hold more than ${max} bytes: ${CURE}, or raise maxChannelBytes`,
    { channel, retryAfter: 60 },
  );

/** Returns the error of an append that would exceed `max`, the limit of all channels in bytes. */
export const storeFull = (max: number): ProtocolError =>
  new ProtocolError(
    'storage-full',
    `all channels together would hold more than ${max} bytes: ${CURE}, or raise maxBytes and the memory of node (--max-old-space-size)`,
    { retryAfter: 60 },
  );
