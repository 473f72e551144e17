/** One value of a reading. */
export interface PointDetail {
  /** Name of the line. */
  label: string;
  value: number;
  /** Time of the sample itself, in ms since 1970. */
  t: number;
}

/** `lp-point`: the viewer reads a chart at a time, by pointer, touch or keyboard. */
export class LpPointEvent extends Event {
  /** The time that is read, in ms since 1970. */
  readonly t: number;
  /** The value of each line at that time. */
  readonly points: readonly PointDetail[];

  constructor(t: number, points: readonly PointDetail[]) {
    super('lp-point', { bubbles: true, composed: true });
    this.t = t;
    this.points = points;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'lp-point': LpPointEvent;
  }
}
