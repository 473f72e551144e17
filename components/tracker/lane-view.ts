import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { cssProperty } from '../element/css-property.ts';
import { roughSpan } from '../format/format-duration.ts';
import { momentName } from '../format/format-moment.ts';
import type { Words } from '../locale/messages.ts';
import { icon } from '../shared/icons.ts';
import { repeat } from '../shared/repeat.ts';
import type { TimeOptions } from './bucket-text.ts';
import { axisTime, bucketText, shareText, spanText } from './bucket-text.ts';
import type { BarLevel } from './buckets.ts';
import type { LaneReader, Place, Span } from './lane-reader.ts';
import { startOf } from './lane-reader.ts';
import type { Lane } from './lanes.ts';
import type { Current } from './runs.ts';
import { isRest } from './runs.ts';

const DAY_MS = 86_400_000;
const ICONS = { ok: 'check', warn: 'warn', danger: 'danger', none: undefined } as const;

/** What the lanes are drawn from. */
export interface LaneScene {
  lanes: readonly Lane[];
  /** Of the card. */
  name: string;
  words: Words;
  time: TimeOptions;
  nowMs: number;
  isTimeline: boolean;
  reader: LaneReader;
}

/** Returns one lane of several: name, state and sum, then its bars or its time line. */
export function laneRow(lane: Lane, scene: LaneScene): TemplateResult {
  const { isTimeline } = scene;
  const state = stateOf(lane.course.current, scene);
  return html`<div class="lane ${isTimeline ? 'timeline' : ''}">
    <div class="head">
      <span class="name" part="lane" aria-hidden="true"><bdi>${breakable(lane.name)}</bdi></span>
      ${isTimeline ? state : nothing}<span class="sum" part="share">${sumOf(lane, scene)}</span>
    </div>
    ${chartOf(lane, scene)}
  </div>`;
}

/** Returns the bars or the time line of a lane, with the tip of the span that is read. */
export function chartOf(lane: Lane, scene: LaneScene): TemplateResult {
  const { name, words, isTimeline, reader } = scene;
  const label = words.listed([name, lane.name].filter(Boolean));
  const colours = isTimeline ? coloursOf(scene.lanes) : new Map<string, number>();
  const spans: SpanScene = { ...scene, colours, stop: reader.stop };
  return html`<div class="chart">
    ${tipOf(lane, scene)}
    <div
      class="spans ${isTimeline ? 'track' : 'bars'}"
      part="bars"
      role="list"
      aria-label=${label || nothing}
      aria-description=${words.trackerHelp}
    >${repeat(lane.spans, startOf, (span) => spanOf(span, lane, spans))}</div>
  </div>`;
}

/**
 * Returns how long the current state has lasted, and the share of good time. For a bad state, only how long it has lasted.
 */
export function factsOf(lane: Lane, scene: LaneScene): TemplateResult {
  const { current } = lane.course;
  const isProblem = current?.level === 'warn' || current?.level === 'danger';
  return html`<div class="facts">
    <span class="since ${isProblem ? current.level : ''}" part="since">${current ? sinceOf(current, scene, isProblem) : nothing}</span>
    <span class="sum" part="share">${sumOf(lane, scene)}</span>
  </div>`;
}

/** Returns the times at the ends of the lanes, and between them where there is room. */
export function axisOf({ nowMs, time, words }: LaneScene): TemplateResult {
  const fromMs = nowMs - time.windowMs;
  const between = [0.25, 0.5, 0.75].map((share) => fromMs + share * time.windowMs);
  return html`<div class="axis" aria-hidden="true">
    <span part="start">${axisTime(fromMs, time)}</span>${between.map(
      (atMs) => html`<span class="between">${axisTime(atMs, time)}</span>`,
    )}<span part="end">${words.trackerNow}</span>
  </div>`;
}

function stateOf(current: Current | undefined, scene: LaneScene): TemplateResult | typeof nothing {
  if (!current) return nothing;
  const { words, nowMs, time } = scene;
  const { level, word, sinceMs, isOldest } = current;
  const span = spanText(nowMs - sinceMs, time.language);
  const rest = level === 'none' && isRest(word) ? 'rest' : '';
  return html`<span class="state ${level} ${rest}" part="state">${icon(iconOf(level))}<bdi>${word || wordOf(level, words)}</bdi></span
    ><span class="for">${isOldest ? words.trackerOver(span) : words.trackerFor(span)}</span>`;
}

function sinceOf(current: Current, { words, time, nowMs }: LaneScene, isProblem: boolean): unknown {
  const { sinceMs, isOldest } = current;
  const { language, timeZone } = time;
  const forMs = nowMs - sinceMs;
  const span = roughSpan(forMs, language);
  if (isOldest) return words.trackerOver(span);
  if (isProblem) return span;
  // Within a day the time of day is enough: it occurs once.
  const moment =
    forMs >= DAY_MS
      ? dayName(sinceMs, time)
      : momentName(sinceMs, { language, timeZone, nowMs: sinceMs });
  return html`<span class="sentence">${words.trackerSince(moment)}</span><span class="moment">${moment}</span>`;
}

const dayName = (ms: number, { language, timeZone }: TimeOptions): string =>
  axisTime(ms, { windowMs: Infinity, sizeMs: DAY_MS, language, timeZone });

/** `99.93% up` for states that are good or bad, else the time in each state that is not one of rest: `on 8h 6m`. */
function sumOf({ course }: Lane, { time }: LaneScene): unknown {
  const { share, goodWord, totals } = course;
  const { language } = time;
  if (share !== undefined) {
    return html`<strong>${shareText(share, language)}</strong>${goodWord ? html` <bdi class="of">${goodWord}</bdi>` : nothing}`;
  }
  const [longest] = [...totals].filter(([word]) => !isRest(word)).sort((a, b) => b[1] - a[1]);
  if (!longest) return nothing;
  return html`<bdi class="of">${longest[0]}</bdi> <strong>${spanText(longest[1], language)}</strong>`;
}

/** What the spans of a lane are drawn by. */
interface SpanScene extends LaneScene {
  /** Number of the colour of each state. */
  colours: ReadonlyMap<string, number>;
  /** The span that is the tab stop. */
  stop: Place | undefined;
}

function spanOf(span: Span, { key, course }: Lane, scene: SpanScene): TemplateResult {
  const { words, time, reader, isTimeline, stop } = scene;
  const startMs = startOf(span);
  const place = { key, startMs };
  const isStop = stop?.key === key && stop.startMs === startMs;
  const shown = reader.isRead(place) ? 'shown' : '';
  const kind = isTimeline ? stretchClass(span, scene.colours) : `bucket ${span.level ?? 'unknown'}`;
  const inside = isTimeline ? insideOf(span, scene) : nothing;
  const fromMs = scene.nowMs - time.windowMs;
  const at = isTimeline ? (span.fromMs - fromMs) / time.windowMs : 0;
  const length = isTimeline ? (span.toMs - span.fromMs) / time.windowMs : 0;
  return html`<span
    class="span ${kind} ${shown}"
    part="bucket"
    role="listitem"
    tabindex=${isStop ? 0 : -1}
    aria-label=${bucketText(span, words, time, course.goodWord).whole}
    data-key=${key}
    data-from=${startMs}
    ${cssProperty('--_from', at)}
    ${cssProperty('--_length', length)}
  >${inside}</span>`;
}

/** If several states have colours, the state's word; else its length, no longer than it has to be: `1:36`. */
function insideOf(span: Span, { time, colours }: SpanScene): TemplateResult {
  const word = 'word' in span && span.level === 'none' && colours.size > 1 ? span.word : '';
  const text = word || lengthText(span.toMs - span.fromMs, time.language);
  return html`<span class="length ${text.length > 5 || text.includes(' ') ? 'long' : ''}" aria-hidden="true">${text}</span>`;
}

function lengthText(ms: number, language: string): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60 || ms >= DAY_MS) return spanText(ms, language);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

function stretchClass(span: Span, colours: ReadonlyMap<string, number>): string {
  const { level } = span;
  const word = 'word' in span ? span.word : '';
  if (level !== 'none') return `stretch ${level ?? 'unknown'}`;
  return `stretch ${isRest(word) ? 'rest' : `s${((colours.get(word) ?? 0) % 8) + 1}`}`;
}

/** A colour for each state that is neither good nor bad nor one of rest: by name, so that it stays when others come or go. */
function coloursOf(lanes: readonly Lane[]): ReadonlyMap<string, number> {
  const words = new Set(lanes.flatMap(({ course }) => [...course.totals.keys()]));
  const active = [...words].filter((word) => !isRest(word)).sort();
  return new Map(active.map((word, n) => [word, n]));
}

function tipOf(lane: Lane, { reader, words, time, nowMs, isTimeline }: LaneScene): TemplateResult {
  const span = reader.tipOf(lane);
  if (!span) return html`<div class="tip" part="tooltip" hidden></div>`;
  const { period, level, details } = bucketText(span, words, time, lane.course.goodWord);
  const first = isTimeline ? nowMs - time.windowMs : (lane.spans[0]?.fromMs ?? 0);
  const share = ((span.fromMs + span.toMs) / 2 - first) / time.windowMs;
  return html`<div class="tip" part="tooltip" role="tooltip" aria-hidden="true" ${cssProperty('--_at', Math.min(1, share))}>
    <strong>${icon(iconOf(span.level))}${level}</strong>
    <span>${period}</span>${details.map((detail) => html`<span dir="auto">${detail}</span>`)}
  </div>`;
}

const iconOf = (level: BarLevel): (typeof ICONS)[keyof typeof ICONS] =>
  level ? ICONS[level] : undefined;

/** Returns the name of a level where the publisher gives no word. */
export const wordOf = (level: BarLevel, words: Words): string =>
  level === undefined || level === 'none' ? words.trackerNeutral : words[level];

/** Names of hosts and the like break after their punctuation, not within words. */
const breakable = (name: string): unknown[] =>
  name.split(/(?<=[-._/:@])/).map((part, n) => (n === 0 ? part : html`<wbr>${part}`));
