/**
 * `kit.js`, the one file for a script tag: defines all elements; the server that the file was loaded from is their default
 * source. The entry's own address, because the modules below may stand in chunks of other names.
 */
import { loadedFrom } from './source/resolve.ts';

export * from './index.ts';

loadedFrom(import.meta.url);
