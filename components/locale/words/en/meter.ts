/** English: the words of `lp-meter`. */
export const METER = {
  aboveScale: 'above the scale',
  belowScale: 'below the scale',
};
