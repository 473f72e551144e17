import type { PropertyDeclarations } from 'lit';
import { oneOf } from '../shared/attribute-check.ts';
import { oneOrDuration } from '../shared/duration.ts';

/** Spans up to this many ms are computed from the samples that the element has, longer ones from the channel's history. */
export const SHORT_MS = 900_000;

/** Attributes of elements that can show an aggregate of a span in place of the current value. */
export interface PastAttributes {
  /**
   * Figure of the span that `over` names, in place of the current value: of all samples of the channel's history and since.
   * `mean`: of the samples, not of the time. `increase`: the growth of a counter.
   */
  aggregate: 'sum' | 'mean' | 'min' | 'max' | 'last' | 'count' | 'increase' | undefined;
  /** Span of `aggregate`: since the start of `today`, this `week` or this `month` on local clocks, or the last `1h`, `7d`. Default `1d`. */
  over: string | undefined;
}

/** The attributes of `PastAttributes`, for `static properties`. */
export const pastProperties: PropertyDeclarations = {
  aggregate: oneOf(['sum', 'mean', 'min', 'max', 'last', 'count', 'increase']),
  over: oneOrDuration(['today', 'week', 'month']),
};
