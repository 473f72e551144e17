import { isChannel, shown } from '../../server/protocol.ts';

/** What is wrong with an element's own address, whatever the server says; undefined when nothing is. */
export function addressTrouble(
  { channel, src }: { channel: string; src: string | undefined },
  { source }: { source: { invalid: boolean } },
): Error | undefined {
  if (channel !== '' && !isChannel(channel))
    return new Error(`${shown(channel)} is not a channel name`);
  return source.invalid
    ? new Error(`${shown(src ?? '')} is not an address of a source`)
    : undefined;
}
