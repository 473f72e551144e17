/** What went wrong with a store: `code` to switch on, and a message that says how to mend it. */
export type StoreErrorCode =
  /** Another process has the folder. */
  | 'in-use'
  /** The folder can't be made, read or written. */
  | 'no-access'
  /** The disk, or a quota, is full. */
  | 'no-room'
  /** What lies there is damaged, or not a store of this kit. */
  | 'damaged'
  /** What lies there needs more memory than the process may use. */
  | 'no-memory'
  /** The engine can't be reached, or refuses us. */
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
