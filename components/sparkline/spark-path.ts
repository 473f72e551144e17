import type { Sample } from './samples.ts';

/** The side of the square that paths are drawn in; the picture is stretched to its place. */
export const SIDE = 100;
/** Of more samples than this, each step keeps its lowest and highest. */
const MOST_STEPS = 160;

/** What a sparkline is drawn from. */
export interface SparkOptions {
  /** A longer time without samples breaks the line. Default: none does. */
  gapMs?: number | undefined;
  /** Bounds of the values. Default: those of the samples. */
  min?: number | undefined;
  max?: number | undefined;
  /** Bounds of time in ms; a curve that comes from before begins at the edge. Default: those of the samples. */
  fromT?: number | undefined;
  toT?: number | undefined;
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
  const { fromT = Number.NEGATIVE_INFINITY, gapMs = Number.POSITIVE_INFINITY } = options;
  const runs = runsOf(samples, gapMs).flatMap((run) => entering(run, fromT));
  const place = placer(runs.flat(), { ...options, samples });
  const lines = runs.map((run) => thinned(run, samples.length).map(place));
  const last = samples.at(-1);
  return {
    line: lines.map(polyline).join(''),
    area: lines.map(areaUnder).join(''),
    dot: last && last.value !== null && last.t >= fromT ? `${move(place(last as Known))}h0` : '',
  };
}

/** Cuts a run at the left edge: where it crosses it, a point on the edge replaces the part before. */
function entering(run: Known[], fromT: number): Known[][] {
  const first = run.findIndex(({ t }) => t >= fromT);
  if (first < 0) return [];
  const [before, after] = [run[first - 1], run[first]];
  if (!before || !after) return [run];
  const share = (fromT - before.t) / (after.t - before.t);
  const value = before.value * (1 - share) + after.value * share;
  return [[{ t: fromT, value }, ...run.slice(first)]];
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

function placer(
  drawn: readonly Known[],
  { min, max, fromT, toT, samples }: SparkOptions & { samples: readonly Sample[] },
): (sample: Known) => Point {
  const values = drawn.map(({ value }) => value);
  const low = min ?? Math.min(...values);
  const high = max ?? Math.max(...values);
  const from = fromT ?? samples[0]?.t ?? 0;
  const span = (toT ?? samples.at(-1)?.t ?? 0) - from;
  return ({ t, value }) => {
    const across = span > 0 ? (t - from) / span : 1;
    const up = high > low ? shareOf(value, low, high) : 0.5;
    return [round(across * SIDE), round((1 - Math.min(1, Math.max(0, up))) * SIDE)];
  };
}

/** Returns the place of `value` between two ends, 0 to 1; ends whose distance would be infinite are halved first. */
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
