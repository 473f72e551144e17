/** English: the words of `lp-range`. */
export const RANGE = {
  rangeName: 'Time range',
  rangeLast: (span: string): string => `Last ${span}`,
  rangeToday: 'Today',
  rangeWeek: 'This week',
  rangeMonth: 'This month',
  rangeEarlier: 'Earlier',
  rangeLater: 'Later',
  rangeLive: 'Live',
  rangeCustom: 'Other…',
  rangeFrom: 'From',
  rangeTo: 'To',
  rangeShow: 'Show',
  rangeWrong: 'The end must come after the start',
};
