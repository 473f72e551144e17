import { memoryStore } from '../../server/stores/memory.ts';
import type { Open } from './case.ts';
import { historyContract } from './history-cases.ts';
import { storeContract } from './store-contract.ts';

const open: Open = async (options) => {
  const store = memoryStore(options);
  return { a: store, b: store, close: () => store.close() };
};

storeContract('memory', open);
historyContract('memory', open);
