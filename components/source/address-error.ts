import { isChannel, shown } from '../../protocol/lp1.ts';

/** Error for an invalid URL in an element's own attribute. */
export class AddressError extends Error {
  readonly code: 'bad-channel' | 'bad-source';

  constructor(code: AddressError['code'], value: string) {
    const what = code === 'bad-channel' ? 'a channel name' : 'the address of a source';
    super(`${shown(value)} is not ${what}`);
    this.name = 'AddressError';
    this.code = code;
  }
}

/** Returns the error of an element's URL; undefined if it is valid. */
export function addressErrorOf(
  { channel, src }: { channel: string; src?: string | undefined },
  { source }: { source: { invalid: boolean } },
): AddressError | undefined {
  if (channel !== '' && !isChannel(channel)) return new AddressError('bad-channel', channel);
  return source.invalid ? new AddressError('bad-source', src ?? '') : undefined;
}
