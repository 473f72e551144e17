/**
 * The server's routes, options and stores, for Node. [The guide](../deploying.md) shows how it is run.
 *
 * @module server
 */
export * from '../../server/index.ts';
export { type RedisStoreOptions, redisStore } from '../../server/stores/redis/store.ts'; // lp-kit/server/redis
