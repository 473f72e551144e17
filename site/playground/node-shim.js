/** The parts of Node that the server's modules use, for the browser. esbuild puts this file before every module that uses one of its names. */
const encoder = new TextEncoder();

export const Buffer = {
  byteLength: (text) => encoder.encode(text).length,
  from: (text) => encoder.encode(text),
  isBuffer: () => false,
};
export const setImmediate = (then) => void globalThis.setTimeout(() => then());

/** A timer with `unref`, as in Node. It converts to a number, so that `clearTimeout` and `clearInterval` accept it. */
const timer = (id) => ({ unref: () => timer(id), [Symbol.toPrimitive]: () => id });
export const setInterval = (then, ms) => timer(globalThis.setInterval(() => then(), ms));
export const setTimeout = (then, ms) => timer(globalThis.setTimeout(() => then(), ms));

// node:util, node:v8 and node:zlib: responses within a page are never compressed.
export const promisify = (run) => run;
export const getHeapStatistics = () => ({ heap_size_limit: 2 ** 31 });
export const brotliCompress = undefined;
export const gzip = undefined;
export const constants = {};
