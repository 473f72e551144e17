import { memoryStore } from '../../server/stores/memory.ts';
import { storeContract } from './store-contract.ts';

storeContract('memory', async (options) => {
  const store = memoryStore(options);
  return { a: store, b: store, close: () => store.close() };
});
