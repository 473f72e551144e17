import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const require = createRequire(import.meta.url);
const manifest = require.resolve('lp-kit/package.json');

/** The package's version. */
export const version: string = (require(manifest) as { version: string }).version;

/** Folder of the package, whether this runs from the sources or built. */
export const packageDir: string = dirname(manifest);
