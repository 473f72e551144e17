/** English: the words of `lp-dashboard`. */
export const DASHBOARD = {
  fullScreen: 'Full screen',
  leaveFullScreen: 'Leave full screen',
  badConfig: 'This dashboard’s configuration cannot be read',
};
