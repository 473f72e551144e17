import { type Change, type Folder, openFolder } from '../../server/stores/level/database.ts';
import { StoreError, type StoreErrorCode } from '../../server/stores/store-error.ts';

export interface Fault {
  code: StoreErrorCode;
  /** The write is refused, although it reaches the disk. */
  written?: boolean;
}

/** A data folder that fails on command. */
export class FaultyFolders {
  /** Fault of the next writes. */
  fault: Fault | undefined;
  /** Fault of the next opening. */
  openFault: Fault | undefined;
  /** Called with every successful write. */
  onWrite: (changes: Change[]) => void = () => {};

  open = async (location: string): Promise<Folder> => {
    if (this.openFault) throw new StoreError(this.openFault.code, 'cannot open');
    const folder = await openFolder(location);
    return {
      scan: () => folder.scan(),
      get: (key) => folder.get(key),
      close: () => folder.close(),
      write: async (changes, sync) => {
        const { fault } = this;
        if (!fault || fault.written) await folder.write(changes, sync);
        if (fault) throw new StoreError(fault.code, 'cannot write');
        this.onWrite(changes);
      },
    };
  };
}
