/** English: how a chart or a sparkline is described. */
export const COURSE = {
  chartSpan: (name: string, span: string): string => `${name}, last ${span}`,
  chartFigures: (figures: { now: string; low: string; high: string; mean: string }): string =>
    `now ${figures.now}, lowest ${figures.low}, highest ${figures.high}, average ${figures.mean}`,
};
