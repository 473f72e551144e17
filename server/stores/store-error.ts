/** The kind of a store's error: `code` to switch on, and a message with the cure. */
export type StoreErrorCode =
  /** Another process has the folder. */
  | 'in-use'
  /** The folder can't be made, read or written. */
  | 'no-access'
  /** The disk, or a quota, is full. */
  | 'no-room'
  /** The data are damaged, or not those of this kit. */
  | 'damaged'
  /** The data need more memory than the process may use. */
  | 'no-memory'
  /** The engine cannot be reached, or refuses the connection. */
  | 'unreachable'
  /** The engine, or its client, is missing or too old. */
  | 'unsupported'
  /** The disk failed. */
  | 'failed';

/** An error of a store that concerns the whole store, not one request. `code` says which. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
