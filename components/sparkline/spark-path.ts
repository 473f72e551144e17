import type { Sample } from './samples.ts';

/** The side of the square that paths are drawn in; the picture is stretched to its place. */
export const SIDE = 100;
/** Of more samples than this, each step keeps its lowest and highest. */
const MOST_STEPS = 160;

export interface SparkOptions {
  /** A silence longer than this breaks the line. Default: none does. */
  gapMs?: number | undefined;
  /** Bounds of the values. Default: those of the samples. */
  min?: number | undefined;
  max?: number | undefined;
}

/** SVG path data; '' where there is nothing to draw. */
export interface SparkPaths {
  line: string;
  area: string;
  /** A point of no length at the last sample: a round cap makes it a dot that no stretching distorts. */
  dot: string;
}

type Point = [x: number, y: number];

/** The curve of samples in the order of time. It stops at nulls and gaps: no reading is no value. */
export function sparkPaths(samples: readonly Sample[], options: SparkOptions = {}): SparkPaths {
  const runs = runsOf(samples, options.gapMs ?? Number.POSITIVE_INFINITY);
  const place = placer(samples, options);
  const lines = runs.map((run) => thinned(run, samples.length).map(place));
  const last = samples.at(-1);
  return {
    line: lines.map(polyline).join(''),
    area: lines.map(areaUnder).join(''),
    dot: last && last.value !== null ? `${move(place(last as Known))}h0` : '',
  };
}

type Known = Sample & { value: number };

function runsOf(samples: readonly Sample[], gapMs: number): Known[][] {
  const runs: Known[][] = [];
  let run: Known[] = [];
  let before: number | undefined;
  for (const { t, value } of samples) {
    const breaks = value === null || (before !== undefined && t - before > gapMs);
    if (breaks && run.length > 0) {
      runs.push(run);
      run = [];
    }
    if (value !== null) run.push({ t, value });
    before = t;
  }
  return run.length > 0 ? [...runs, run] : runs;
}

function placer(samples: readonly Sample[], { min, max }: SparkOptions): (sample: Known) => Point {
  const values = samples.flatMap(({ value }) => (value === null ? [] : [value]));
  const low = min ?? Math.min(...values);
  const high = max ?? Math.max(...values);
  const from = samples[0]?.t ?? 0;
  const span = (samples.at(-1)?.t ?? 0) - from;
  return ({ t, value }) => {
    const across = span > 0 ? (t - from) / span : 1;
    const up = high > low ? shareOf(value, low, high) : 0.5;
    return [round(across * SIDE), round((1 - Math.min(1, Math.max(0, up))) * SIDE)];
  };
}

/** Where `value` lies between two ends, 0 to 1; ends so far apart that their distance is infinite are halved first. */
function shareOf(value: number, low: number, high: number): number {
  const half = Number.isFinite(high - low) ? 1 : 0.5;
  return (value * half - low * half) / (high * half - low * half);
}

function thinned(run: Known[], all: number): Known[] {
  if (all <= MOST_STEPS * 2) return run;
  const perStep = Math.ceil(all / MOST_STEPS);
  const kept: Known[] = [];
  for (let at = 0; at < run.length; at += perStep) {
    const step = run.slice(at, at + perStep);
    const low = step.reduce((a, b) => (b.value < a.value ? b : a));
    const high = step.reduce((a, b) => (b.value > a.value ? b : a));
    const last = at + perStep >= run.length ? step.slice(-1) : [];
    const chosen = new Set([low, high, ...last]);
    kept.push(...step.filter((sample) => chosen.has(sample)));
  }
  return kept;
}

const move = ([x, y]: Point): string => `M${x} ${y}`;

function polyline(points: Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  return rest.length > 0
    ? move(first) + rest.map(([x, y]) => `L${x} ${y}`).join('')
    : `${move(first)}h0`;
}

function areaUnder(points: Point[]): string {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.length < 2) return '';
  return `${polyline(points)}L${last[0]} ${SIDE}L${first[0]} ${SIDE}Z`;
}

const round = (number: number): number => Math.round(number * 100) / 100;
