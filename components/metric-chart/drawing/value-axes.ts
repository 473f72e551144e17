import type { AxisTick } from './drawing.ts';
import type { Frame } from './frame.ts';
import { type AxisSide, hasRight, type Scene } from './scene.ts';
import type { ShownLines } from './shown-lines.ts';
import { ValueScale, type ValueScaleOptions } from './value-scale.ts';

/** The value axes of a plot: the left one, and the right one while the scene has lines of it. */
export class ValueAxes {
  readonly #left = new ValueScale();
  readonly #right = new ValueScale();
  /** The frame with the range of the right axis, where there is one. */
  rightFrame: Frame | undefined;

  /** Returns the scale of a side. */
  of(side: AxisSide): ValueScale {
    return side === 'right' ? this.#right : this.#left;
  }

  /** Returns the ticks of a side; their labels are empty if these have no room. */
  ticks(side: AxisSide): readonly AxisTick[] {
    const { ticks, hasLabels } = this.of(side);
    return hasLabels ? ticks : ticks.map((tick) => ({ ...tick, label: '' }));
  }

  /** Makes the next `scale` compute labels again, and ranges too unless `keepRange`. */
  reset(options: { keepRange: boolean }): void {
    this.#left.reset(options);
    this.#right.reset(options);
  }

  /** Sets the value ranges of the frame, and of the right axis' frame, from their lines. */
  scale(ctx: CanvasRenderingContext2D, frame: Frame, scene: Scene, lines: ShownLines): void {
    const isTwo = hasRight(scene);
    const optionsFor = (side: AxisSide): ValueScaleOptions => ({
      ...scene,
      formatTick: (value, step) => scene.formatTick(value, step, side),
    });
    const left = lines.extent(scene, frame, isTwo ? 'left' : undefined);
    this.#left.scale(ctx, frame, left, optionsFor('left'));
    this.rightFrame = isTwo ? { ...frame } : undefined;
    if (!this.rightFrame) return;
    // Fixed ends are those of the left axis.
    const options = { ...optionsFor('right'), min: undefined, max: undefined };
    const right = lines.extent(scene, frame, 'right');
    this.#right.scale(ctx, this.rightFrame, right, options);
  }

  /** Whether the labels fit the widths that the axes have, in a chart of `chartPx` CSS pixels. */
  fits(chartPx: number): boolean {
    const isRight =
      this.rightFrame === undefined || this.#right.widthWanted(chartPx) === this.#right.width;
    return isRight && this.#left.widthWanted(chartPx) === this.#left.width;
  }

  /** Sets the widths of the axes to those that their labels need, in a chart of `chartPx` CSS pixels. */
  fit(chartPx: number): void {
    this.#left.width = this.#left.widthWanted(chartPx);
    if (this.rightFrame) this.#right.width = this.#right.widthWanted(chartPx);
  }
}
