import type { Compression } from '../hub/answer.ts';

const TAKEN: readonly (readonly [Compression, RegExp])[] = [
  ['br', taken('br')],
  ['gzip', taken('gzip')],
];

/**
 * Returns the encodings that both sides support, smallest first (RFC 9110, 12.5.3). A client that names none gets the body
 * uncompressed.
 */
export const takenEncodings = (accepted = ''): Compression[] =>
  TAKEN.filter(([, named]) => named.test(accepted)).map(([encoding]) => encoding);

/** The encoding is named, with no weight or one above 0. */
function taken(encoding: Compression): RegExp {
  const weight = String.raw`\s*;\s*q=(?:1(?:\.0*)?|0?\.\d*[1-9]\d*)`;
  return new RegExp(String.raw`(?:^|,)\s*${encoding}(?:${weight})?\s*(?:,|$)`, 'i');
}
