import { plural } from '../../../format/plural.ts';

const LANGUAGE = 'en';

/** English: the words of `lp-feed`. */
export const FEED = {
  feedNew: (count: number): string =>
    plural(LANGUAGE, count, { one: '# new item', other: '# new items' }),
  feedSaidNew: (count: number, name: string): string =>
    `${plural(LANGUAGE, count, { one: '# new item', other: '# new items' })}: ${name}.`,
  feedSearch: 'Search',
  feedDownload: 'Download as text',
  feedNothing: 'Nothing of this kind yet',
  itemDebug: 'Debug',
  itemInfo: 'Info',
  itemOk: 'OK',
  itemWarn: 'Warning',
  itemError: 'Error',
  itemCritical: 'Critical',
};
