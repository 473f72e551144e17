/** One value of a reading. */
export interface PointDetail {
  label: string;
  value: number;
  /** ms; the raw sample's own. */
  t: number;
}

/** `lp-point`: the viewer reads a chart at a time, by pointer or keyboard. */
export class LpPointEvent extends Event {
  /** The time that is read, in ms since 1970. */
  readonly t: number;
  /** The value of each line there. */
  readonly points: readonly PointDetail[];

  constructor(t: number, points: readonly PointDetail[]) {
    super('lp-point', { bubbles: true, composed: true });
    this.t = t;
    this.points = points;
  }
}

declare global {
  interface HTMLElementEventMap {
    'lp-point': LpPointEvent;
  }
}
