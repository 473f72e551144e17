import { isChannel, shown } from '../../protocol/lp1.ts';

/** The URL in an element's own attribute is invalid. */
export class AddressError extends Error {
  readonly code: 'bad-channel' | 'bad-source';

  constructor(code: AddressError['code'], value: string) {
    const what = code === 'bad-channel' ? 'a channel name' : 'the address of a source';
    super(`${shown(value)} is not ${what}`);
    this.name = 'AddressError';
    this.code = code;
  }
}

/** What is wrong with an element's address; undefined when nothing is. */
export function addressErrorOf(
  { channel, src }: { channel: string; src?: string | undefined },
  { source }: { source: { invalid: boolean } },
): AddressError | undefined {
  if (channel !== '' && !isChannel(channel)) return new AddressError('bad-channel', channel);
  return source.invalid ? new AddressError('bad-source', src ?? '') : undefined;
}
