import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  ipKeyGenerator,
  type Options,
  type RateLimitRequestHandler,
  rateLimit,
} from 'express-rate-limit';
import { ProtocolError, shown } from '../../protocol/lp1.ts';

/**
 * Returns a handler that refuses more than `limit` writes per minute from one address: it passes `rate-limited` to
 * `next`.
 */
export const writeRate = (
  limit: number,
  addressOf: (req: IncomingMessage) => string,
): RateLimitRequestHandler =>
  perMinute({
    limit,
    keyGenerator: (req) => ipKeyGenerator(addressOf(req)),
    handler: refusedBy(() => `at most ${limit} writes a minute from one address`),
  });

/** A limit of writes that belongs to a token, and the token's name. */
export interface TokenLimit {
  name: string;
  perMinute: number;
}

/** Returns a handler that limits the writes per minute of a token to the value in the tokens file. Others pass. */
export const tokenRate = (
  limitOf: (req: IncomingMessage) => TokenLimit | undefined,
): RateLimitRequestHandler =>
  perMinute({
    skip: (req) => limitOf(req) === undefined,
    limit: (req) => limitOf(req)?.perMinute ?? Infinity,
    keyGenerator: (req) => limitOf(req)?.name ?? '',
    handler: refusedBy((req) => {
      const { name, perMinute: limit } = limitOf(req) ?? {};
      return `the token ${shown(name)} may write ${limit} times a minute`;
    }),
  });

const perMinute = (options: Partial<Options>): RateLimitRequestHandler =>
  rateLimit({
    windowMs: 60_000,
    validate: { xForwardedForHeader: false, trustProxy: false }, // `clientAddress` handles both
    standardHeaders: 'draft-7', // draft-8 calls a method that only responses of Express have
    legacyHeaders: false,
    ...options,
  });

const refusedBy =
  (messageOf: (req: IncomingMessage) => string): Options['handler'] =>
  (req, res, next) => {
    const retryAfter = Number(res.getHeader('Retry-After') ?? 60);
    next(new ProtocolError('rate-limited', messageOf(req), { retryAfter }));
  };

/** Applies a limiter to requests of node's http. The promise rejects with ProtocolError `rate-limited`. */
export function checkedBy(
  limiter: RateLimitRequestHandler | undefined,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  if (!limiter) return () => Promise.resolve();
  type Parameters4 = Parameters<RateLimitRequestHandler>;
  return (req, res) =>
    new Promise((resolve, reject) => {
      // The limiter uses only members of Node's own request and response.
      const next = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
      void limiter(req as Parameters4[0], res as Parameters4[1], next);
    });
}
