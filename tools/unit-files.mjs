// @ts-check
/** Runs the test files that the command line names in this one process; `npm run test:unit` starts it. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

for (const file of process.argv.slice(2)) await import(pathToFileURL(resolve(file)).href);
