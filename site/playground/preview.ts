/** Runs in the frame of a playground, before kit.js: answers the kit's requests with a server within the page. */
import type { Json } from '../../protocol/lp1.ts';
import { ONCE_META, onceAt, type Sample, samples } from './samples.ts';
import { answer, describe, publish } from './server.ts';

/** Any path of the site with this folder in it is the base URL of the server. */
const BASE = /\/kit(\/(?:poll|channels)(?:\/[^?]*)?)$/;
const start = Math.floor(Date.now() / 1000);
const own = globalThis.fetch;
const ready = fill();

globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const [, path] = BASE.exec(new URL(request.url).pathname) ?? [];
  if (path === undefined) return own(input, init);
  await ready;
  return (await answer(path, request)) ?? new Response(null, { status: 404 });
};

async function fill(): Promise<void> {
  const going = samples(start);
  for (const [channel, meta] of Object.entries(ONCE_META)) await describe(channel, meta);
  for (const [channel, payloads] of Object.entries(onceAt(start))) await publish(channel, payloads);
  await Promise.all(Object.entries(going).map(([channel, sample]) => begin(channel, sample)));
}

/** Publishes the past of a channel, then continues with new values. */
async function begin(channel: string, { meta, stepSeconds, past, at }: Sample): Promise<void> {
  await describe(channel, meta);
  const steps = Math.floor(past / stepSeconds);
  const payloads = Array.from({ length: steps }, (_, i) => at(start - (steps - i) * stepSeconds));
  const all: Json[] = payloads.flat();
  if (all.length > 0) await publish(channel, all);
  const everySeconds = Math.min(stepSeconds, 10);
  setInterval(() => {
    const next = at(Math.floor(Date.now() / 1000));
    if (next.length > 0) void publish(channel, next);
  }, everySeconds * 1000);
}
