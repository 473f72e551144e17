/** What the server's modules take of Node, for the browser. esbuild puts it before every module that uses a name of it. */
const encoder = new TextEncoder();

export const Buffer = {
  byteLength: (text) => encoder.encode(text).length,
  from: (text) => encoder.encode(text),
  isBuffer: () => false,
};
export const setImmediate = (then) => void globalThis.setTimeout(() => then());

/** A timer as Node's: an object with `unref`, which `clearTimeout` and `clearInterval` take by its number. */
const timer = (id) => ({ unref: () => timer(id), [Symbol.toPrimitive]: () => id });
export const setInterval = (then, ms) => timer(globalThis.setInterval(() => then(), ms));
export const setTimeout = (then, ms) => timer(globalThis.setTimeout(() => then(), ms));

// node:util, node:v8 and node:zlib: answers within a page are never compressed.
export const promisify = (run) => run;
export const getHeapStatistics = () => ({ heap_size_limit: 2 ** 31 });
export const brotliCompress = undefined;
export const gzip = undefined;
export const constants = {};
