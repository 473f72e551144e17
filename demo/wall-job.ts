import os from 'node:os';
import type { Meta } from 'lp-kit/server';
import type { Publisher } from './publisher.ts';

/** `retain: 1` where only the newest entry is shown. */
export const wallChannels: Record<string, Meta> = {
  'wall.memory': { label: 'Memory', retain: 1, ttl: 10 },
  'wall.load': { label: 'Load', retain: 1, ttl: 10 },
  'wall.process': { label: 'Memory of this process', retain: 1, ttl: 10 },
  'wall.uptime': { label: 'Up for', retain: 2, ttl: 10 },
  'wall.comments': { label: 'Comments', retain: 100 },
  'wall.text': { label: 'Server', retain: 1, ttl: 60 },
};

/**
 * A job like those of Smashing's users: payloads with `current`, `value`, `points`, `items` and
 * `text`, with real values, posted to the kit.
 */
export function wallJob(to: Publisher): { next(): Promise<void> } {
  let points: Point[] = [];
  let comments = [{ name: os.hostname(), body: `Started with Node ${process.version}` }];
  return {
    async next() {
      points = [...points, ...loadPoint()].slice(-MOST_POINTS);
      await to.publish({
        'wall.memory': { value: Math.round((1 - os.freemem() / os.totalmem()) * 100) },
        ...(points.length > 0 && {
          'wall.load': { points: points.map((point) => ({ ...point })) },
        }),
        ...(comments.length > 0 && { 'wall.comments': { comments } }),
        'wall.process': { items: memoryItems() },
        'wall.uptime': { current: Math.floor(os.uptime()), moreinfo: 'without a restart' },
        'wall.text': {
          text: os.hostname(),
          moreinfo: `${os.type()} ${os.release()}, Node ${process.version}`,
        },
      });
      comments = [];
    },
  };
}

/** In the format of Rickshaw, `x` in seconds. */
interface Point {
  x: number;
  y: number;
}

const MOST_POINTS = 60;

function loadPoint(): Point[] {
  if (process.platform === 'win32') return []; // Node reports 0 if it is unknown.
  return [{ x: Math.floor(Date.now() / 1000), y: rounded(os.loadavg()[0] ?? 0) }];
}

function memoryItems(): { label: string; value: string }[] {
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  const figures: [string, number][] = [
    ['Resident', rss],
    ['Heap', heapTotal],
    ['Heap in use', heapUsed],
    ['Outside the heap', external],
  ];
  return figures.map(([label, bytes]) => ({ label, value: `${rounded(bytes / 1e6)} MB` }));
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
