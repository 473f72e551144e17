import type { IncomingMessage, ServerResponse } from 'node:http';
import { ipKeyGenerator, type RateLimitRequestHandler, rateLimit } from 'express-rate-limit';
import { ProtocolError } from '../../protocol/lp1.ts';

/** Refuses more than `limit` writes a minute from one address: gives `rate-limited` to `next`. */
export const writeRate = (
  limit: number,
  addressOf: (req: IncomingMessage) => string,
): RateLimitRequestHandler =>
  rateLimit({
    windowMs: 60_000,
    limit,
    keyGenerator: (req) => ipKeyGenerator(addressOf(req)),
    validate: { xForwardedForHeader: false, trustProxy: false }, // `clientAddress` looks after both
    standardHeaders: 'draft-7', // draft-8 calls a method that only Express gives a response
    legacyHeaders: false,
    handler(_req, res, next) {
      const retryAfter = Number(res.getHeader('Retry-After') ?? 60);
      const message = `at most ${limit} writes a minute from one address`;
      next(new ProtocolError('rate-limited', message, { retryAfter }));
    },
  });

/** The same for plain requests. @throws ProtocolError `rate-limited` */
export function checkedBy(
  limiter: RateLimitRequestHandler | undefined,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  if (!limiter) return () => Promise.resolve();
  type Parameters4 = Parameters<RateLimitRequestHandler>;
  return (req, res) =>
    new Promise((resolve, reject) => {
      // The limiter uses what Node's own request and response have.
      const next = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
      void limiter(req as Parameters4[0], res as Parameters4[1], next);
    });
}
