/**
 * The client without elements, for browsers and Node. [The guide](../client.md) shows how it is used.
 *
 * @module client
 */
export * from '../../components/client/index.ts';
