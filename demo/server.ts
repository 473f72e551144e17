import { setTimeout as pause } from 'node:timers/promises';
import type { Json, LiveHandler, LivePoll } from 'lp-kit/server';
import { boardFeed } from './boards/board-feed.ts';
import { home } from './boards/home.ts';
import { sales } from './boards/sales.ts';
import { wall } from './boards/wall.ts';
import { hostChannels, hostFacts, hostMetrics, type Sample } from './host-metrics.ts';
import { type KitCounts, kitChannels, kitSample, parseCounts, refusals } from './kit-metrics.ts';
import { labRoutes } from './lab/routes.ts';
import { type Event, limitWatch, readerWatch } from './limit-watch.ts';
import { pages } from './pages.ts';
import { processChannels, processMetrics } from './process-metrics.ts';
import { type Publisher, publisher } from './publisher.ts';
import { wallChannels, wallJob } from './wall-job.ts';

export interface DemoOptions {
  live: LivePoll;
  /** The kit's base URL: `http://localhost:3000/lp`. */
  url: string;
  /** The token that writes need. */
  token: string | undefined;
}

export interface Demo {
  /** Serves the pages, and 404 for everything else. */
  app: LiveHandler;
  /** Ends all timers and requests at once; resolves when the lab's folder is removed. */
  close(): Promise<void>;
}

const STEP_MS = 1000;
/** The usual interval of Smashing's jobs. */
const WALL_STEP_MS = 2000;
/** The interval of the shell scripts of these pages. */
const BOARDS = [
  { board: home, everyMs: 30_000 },
  { board: wall, everyMs: 30_000 },
  { board: sales, everyMs: 20_000 },
];

/**
 * The demo: pages, and the metrics of this machine, published over HTTP.
 * @throws Error if the server refuses them
 */
export async function demo({ live, url, token }: DemoOptions): Promise<Demo> {
  const to = publisher({ url, token });
  const ending = new AbortController();
  await describeAll(to);
  await to.publish({
    host: hostFacts(),
    events: { text: 'Server started', level: 'info' },
    lab: { trouble: 'none' },
  });
  const onTrouble = (trouble: string): void => {
    to.publish({ lab: { trouble } }).catch((error: unknown) =>
      console.error(`demo: ${String(error)}`),
    );
  };
  const lab = labRoutes({ token, onTrouble });
  const site = pages({ base: new URL(url).pathname, needsToken: token !== undefined });
  const running = Promise.all([
    repeat(stepper(to), STEP_MS, ending.signal),
    repeat(wallJob(to), WALL_STEP_MS, ending.signal),
    ...BOARDS.map(({ board, everyMs }) =>
      repeat(boardFeed({ board, live, to }), everyMs, ending.signal),
    ),
  ]);
  return {
    app: (req, res) => (lab.takes(req.url ?? '/') ? lab.handle : site)(req, res),
    async close() {
      ending.abort();
      to.close();
      await Promise.all([running, lab.close()]);
    },
  };
}

async function describeAll(to: Publisher): Promise<void> {
  const channels = {
    ...hostChannels,
    ...processChannels,
    ...kitChannels,
    ...wallChannels,
    events: { label: 'Events', retain: 100 },
    chat: { label: 'Chat', retain: 200 },
    lab: { label: 'Failure lab', retain: 1 },
    hello: { label: 'Your metric', retain: 360 },
  };
  await Promise.all(Object.entries(channels).map(([name, meta]) => to.describe(name, meta)));
}

interface Step {
  next(): Promise<void>;
  close?(): void;
}

/**
 * Runs until the demo ends. A step that fails is reported once and repeated; the widgets show
 * "stale" meanwhile.
 */
async function repeat(step: Step, everyMs: number, signal: AbortSignal): Promise<void> {
  let failing = false;
  while (!signal.aborted) {
    const startedAt = performance.now();
    try {
      await step.next();
      failing = false;
    } catch (error) {
      if (!failing && !signal.aborted) console.error(`demo: ${String(error)}`);
      failing = true;
    }
    const leftMs = Math.max(50, everyMs - (performance.now() - startedAt));
    await pause(leftMs, undefined, { signal }).catch(() => {});
  }
  step.close?.();
}

function stepper(to: Publisher): Step {
  const readHost = hostMetrics();
  const ourselves = processMetrics();
  const eventsOf = watches();
  const ofTheKit = kitSteps(to);

  return {
    async next() {
      // Before publishing: each publish wakes all polls, which then need a moment to return.
      const { kit, refused } = await ofTheKit();
      const sample = { ...(await readHost()), ...ourselves.read(), ...kit };
      await to.publish(present(sample));
      for (const event of [...refused, ...eventsOf(sample)]) {
        await to.publish({ events: { ...event } });
      }
    },
    close: () => ourselves.close(),
  };
}

/**
 * Returns the activity of the kit since the last call; nothing the first time, and for a server
 * that does not report it (a read token).
 */
function kitSteps(to: Publisher): () => Promise<{ kit: Sample; refused: Event[] }> {
  let before: KitCounts | undefined;
  let countedAt = 0;
  return async () => {
    const text = await to.metrics().catch(() => undefined);
    if (text === undefined) return { kit: {}, refused: [] };
    const now = parseCounts(text);
    const at = performance.now();
    const [last, seconds] = [before, (at - countedAt) / 1000];
    [before, countedAt] = [now, at];
    if (!last) return { kit: {}, refused: [] };
    return { kit: kitSample(last, now, seconds), refused: refusals(last, now) };
  };
}

const present = (sample: Sample): Record<string, Json> =>
  Object.fromEntries(Object.entries(sample).filter(([, value]) => value !== undefined)) as Record<
    string,
    Json
  >;

function watches(): (sample: Sample) => Event[] {
  const text = (share: number): string => `${share * 100} %`;
  const cpu = limitWatch({ label: 'CPU', above: 0.9, below: 0.7, text });
  const memory = limitWatch({ label: 'Memory', above: 0.9, below: 0.8, text });
  const disk = limitWatch({ label: 'Disk', above: 0.95, below: 0.9, text });
  const ms = (value: number): string => `${value} ms`;
  const loop = limitWatch({ label: 'Event loop delay', above: 100, below: 50, text: ms });
  const readers = readerWatch();
  return (sample) => [
    ...cpu(field(sample['cpu'], 'value')),
    ...memory(field(sample['memory'], 'usedRatio')),
    ...disk(field(sample['disk'], 'usedRatio')),
    ...loop(field(sample['loop'], 'p99')),
    ...readers(field(sample['kit.polls'], 'held')),
  ];
}

const field = (value: Json | undefined, name: string): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : undefined;
