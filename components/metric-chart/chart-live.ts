import type { PropertyValues } from 'lit';
import type { Update } from '../client/index.ts';
import type { DataEntry } from '../data/held.ts';
import type { Level } from '../data/levels.ts';
import { parseDurationMs } from '../shared/duration.ts';
import type { ElementStep } from '../element/channel-data.ts';
import { ClockController } from '../element/clock-controller.ts';
import { ChartBase, MAX_LINES } from './chart-base.ts';
import { addMarks, type EventMark } from './drawing/annotations.ts';
import { tickText } from './drawing/axis-format.ts';
import { plotLines } from './drawing/chart-scene.ts';
import type { Palette } from './drawing/drawing.ts';
import type { Span } from './drawing/frame.ts';
import type { Mark } from './drawing/marks.ts';
import { paletteOf, themeProbe } from './drawing/palette.ts';
import type { Plot } from './drawing/plot.ts';
import type { PlotLine, Scene } from './drawing/scene.ts';
import { specsOf } from './lp-series.ts';
import type { LineSpec } from './samples/auto-fields.ts';
import { ChartData, smashingPoints } from './samples/chart-data.ts';
import { updateOfRecords } from './samples/chart-records.ts';
import { worstLevel } from './samples/line-levels.ts';
import { SideChannels } from './samples/side-channels.ts';
import { PlotController } from './schedule/plot-controller.ts';

/** Samples older than the window that are kept for a wider one: an hour of them. */
const KEPT_MS = 3_600_000;
/** A sample ahead of the server's clock by no more than this has the right edge: network delay. */
const SKEW_MS = 250;
/** A key leaves after so many times the channel's `ttl` without a sample, where `drop-after` says nothing else. */
const DROP_TTLS = 10;

/** A chart's data on its way from entries to the plot. */
export abstract class ChartLive extends ChartBase {
  /** The series keep their own samples. */
  static override historyEntries = 0;

  protected readonly samples: ChartData = new ChartData();
  /** The lines as they look. */
  protected looks: PlotLine[] = [];
  protected marks: EventMark[] = [];
  /** The span that the viewer looks at; undefined = the newest. */
  protected span: Span | undefined;
  protected readonly plots: PlotController = new PlotController(this, {
    box: () => this.within('.plot'),
    canvas: () => this.within<HTMLCanvasElement>('canvas'),
    scene: () => this.#scene(),
    fps: () => this.fps,
    onDrawn: (plot) => this.onDrawn(plot),
    onMedium: () => this.forgetTheme(),
    onError: (error) => {
      this.state.attempt('draw', () => {
        throw error; // says so, as any other failure to draw
      });
    },
  });
  #side = new SideChannels(this, (channel, update) => this.#takeSide(channel, update));
  #children = new MutationObserver(() => this.requestUpdate());
  #probe = themeProbe();
  #palette: Palette | undefined;
  #shown: { held: boolean; level: Level | undefined } = { held: false, level: undefined };

  constructor() {
    super();
    new ClockController(this, () => this.#tick());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#children.observe(this, { childList: true, subtree: true, attributes: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#children.disconnect();
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot();
    // before the first rendering, which needs the theme's colours; any change of them is a transition of the probe
    root.append(this.#probe);
    // oxlint-disable-next-line wc/require-listener-teardown -- of our own shadow tree, and lives as long
    this.#probe.addEventListener('transitionend', () => this.forgetTheme());
    return root;
  }

  /** After each redraw that reached the canvas. */
  protected abstract onDrawn(plot: Plot): void;

  /** An element of the shadow tree, once there is one. */
  protected within<T extends HTMLElement = HTMLElement>(selector: string): T | null {
    return this.renderRoot?.querySelector<T>(selector) ?? null;
  }

  /** What is in view. */
  protected view(): Span {
    const toT = this.#edge();
    return this.span ?? { fromT: toT - this.windowMs, toT };
  }

  /**
   * Time in ms of the right edge while the view is not held: the server's now. Data that the page itself set have no clock:
   * there it is the newest sample.
   */
  #edge(): number {
    const { newestTime } = this.samples;
    if (!this.#isLive()) return newestTime;
    const now = this.live.serverNow();
    return newestTime > now && newestTime <= now + SKEW_MS ? newestTime : now;
  }

  /** Time in ms up to which it is known that no newer sample exists. */
  #knownUntil(): number {
    return this.#isLive()
      ? this.live.serverNow() - (this.live.lostMs ?? 0)
      : this.samples.newestTime;
  }

  #isLive(): boolean {
    return this.channel !== '';
  }

  /** Once a second while visible: time goes on also where no sample comes. */
  #tick(): void {
    if (!this.#isLive()) return;
    const came = this.samples.release(this.live.serverNow());
    const gone = this.samples.dropSilent(this.live.serverNow() - this.#dropAfterMs());
    if (came || gone) this.requestUpdate();
    this.plots.ask();
  }

  #dropAfterMs(): number {
    const { ttl } = this.held.meta;
    const usual = typeof ttl === 'number' && ttl > 0 ? ttl * 1_000 * DROP_TTLS : Infinity;
    return parseDurationMs(this.dropAfter) ?? usual;
  }

  /** Stands still at a span, or goes back to live. Data go on. */
  protected hold(span: Span | undefined): void {
    const widest = span && span.toT - span.fromT >= this.windowMs && span.toT >= this.#edge();
    this.span = widest ? undefined : span;
    this.plots.change();
    this.requestUpdate();
  }

  /** The theme, read again after a change of it. */
  protected forgetTheme(): void {
    this.#palette = undefined;
    this.requestUpdate();
  }

  /** A sample alone changes no card: only the canvas, and text that is written by hand. */
  protected override apply({ kind, entries, meta }: ElementStep): boolean {
    if (kind === 'reset') this.samples.clear('');
    if (kind !== 'none') this.#take(entries);
    return this.#cardChanged() || meta !== undefined;
  }

  /** A list of records is a history, each with its `time`, `t` or `ts`; one record is one more sample. */
  protected override updateOf(payload: unknown): Update {
    return updateOfRecords(payload, this.version ?? 0) ?? super.updateOf(payload);
  }

  #cardChanged(): boolean {
    const { level, status } = this;
    const held = this.held.hasData;
    const same = held === this.#shown.held && level === this.#shown.level;
    this.#shown = { held, level };
    return !same || status === 'error';
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const specs = this.#specs();
    if (!this.channel) this.channel = specs?.find((spec) => spec.channel)?.channel ?? '';
    this.samples.showAtMost(this.maxLines > 0 ? this.maxLines : MAX_LINES);
    this.samples.setSpecs(specs?.map((spec) => this.#withoutOwnChannel(spec)));
    const others = specs?.flatMap(({ channel }) =>
      channel && channel !== this.channel ? [channel] : [],
    );
    this.#side.follow([...(others ?? []), ...(this.annotations ? [this.annotations] : [])]);
    if (changed.has('annotations')) this.marks = [];
    this.#look();
    this.#judge();
    this.plots.change();
  }

  #withoutOwnChannel(spec: LineSpec): LineSpec {
    return spec.channel === this.channel ? { ...spec, channel: undefined } : spec;
  }

  /** The lines wanted: by property, by children, by attribute; undefined = all that come. */
  #specs(): readonly LineSpec[] | undefined {
    if (this.series) return this.series;
    const children = specsOf(this.children);
    if (children.length > 0)
      return children.map((spec) => ({ ...spec, rate: spec.rate || this.rate }));
    const fields = (this.fields ?? this.field ?? '').split(/[\s,]+/).filter(Boolean);
    if (fields.length > 0) return fields.map((field) => ({ field, rate: this.rate }));
    return this.rate ? [{ field: '', rate: true }] : undefined;
  }

  #take(entries: readonly DataEntry[]): void {
    let came = false;
    for (const entry of entries) {
      const d = this.transform ? this.transform(entry.d) : entry.d;
      const points = smashingPoints(d as DataEntry['d']);
      if (points) this.samples.clear('');
      came = this.samples.take('', points ?? [{ ...entry, d }], this.#clock()) || came;
    }
    this.#taken(came);
  }

  #takeSide(channel: string, { reset, entries }: Update): void {
    const data = entries.filter((entry): entry is DataEntry => entry.d !== undefined);
    if (channel === this.annotations) {
      this.marks = addMarks(reset ? [] : this.marks, data);
      this.plots.change();
    }
    if (reset) this.samples.clear(channel);
    this.#taken(this.samples.take(channel, data, this.#clock()));
  }

  /** Server time in ms that samples are compared with; Infinity for data that the page set. */
  #clock(): number {
    return this.#isLive() ? this.live.serverNow() : Infinity;
  }

  #taken(linesCame: boolean): void {
    const fromT = Math.min(
      this.#edge() - Math.max(KEPT_MS, 2 * this.windowMs),
      this.span?.fromT ?? Infinity,
    );
    if (Number.isFinite(fromT)) this.samples.evict(fromT);
    if (linesCame) this.requestUpdate();
    this.#judge();
    this.plots.ask();
  }

  #judge(): void {
    const { warn, danger } = this;
    const { level, value } = worstLevel(this.samples.lines, { warn, danger });
    this.setLevel(level, value);
  }

  #look(): Palette {
    this.#palette ??= paletteOf(this.#probe);
    this.looks = plotLines(this.samples.lines, {
      palette: this.#palette,
      probe: this.#probe,
      label: this.labelOf,
      gapMs: this.gapMsOf,
      filled: this.type === 'bar' || this.type === 'stacked',
    });
    return this.#palette;
  }

  #scene(): Scene {
    const palette = this.#look();
    const { curve, aggregate, windowMs, minSpan, zoneName, options, span } = this;
    const { language } = this.locale;
    const { meta } = this.held;
    return {
      curve,
      aggregate,
      windowMs,
      minSpan,
      timeZone: zoneName,
      options,
      type: this.type,
      zero: this.type !== 'line',
      min: this.min ?? meta.min,
      max: this.max ?? meta.max,
      lines: this.looks,
      marks: this.#allMarks(),
      held: span,
      points: this.points,
      edge: () => this.#edge(),
      knownUntil: () => this.#knownUntil(),
      locale: language,
      palette,
      formatTick: (value, step) => tickText(value, step, this.formatOptions()),
    };
  }

  #allMarks(): Mark[] {
    const limits = (['warn', 'danger'] as const).flatMap((level): Mark[] => {
      const value = this[level];
      return value === undefined ? [] : [{ kind: 'limit', value, level }];
    });
    return [...limits, ...this.marks];
  }
}
