/** English: the words of `lp-dashboard`. */
export const DASHBOARD = {
  fullScreen: 'Full screen',
  leaveFullScreen: 'Leave full screen',
  pages: 'Pages',
  pageOf: (page: number, all: number): string => `Page ${page} of ${all}`,
  pagesStop: 'Stop on this page',
  badConfig: 'This dashboard’s configuration cannot be read',
};
