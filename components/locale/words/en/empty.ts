/** English: how to send the first value of an empty channel. */
export const EMPTY = {
  emptyCopy: 'Copy command',
  emptyCopied: 'Copied',
  emptyToken: 'Where the server wants a token:',
};
