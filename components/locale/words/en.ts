import { ALERTS } from './en/alerts.ts';
import { CHART } from './en/chart.ts';
import { CORE } from './en/core.ts';
import { COURSE } from './en/course.ts';
import { DASHBOARD } from './en/dashboard.ts';
import { EMPTY } from './en/empty.ts';
import { FEED } from './en/feed.ts';
import { LIST } from './en/list.ts';
import { METER } from './en/meter.ts';
import { NUMBER } from './en/number.ts';
import { PUBLISH } from './en/publish.ts';
import { RANGE } from './en/range.ts';
import { STATUS } from './en/status.ts';
import { TRACKER } from './en/tracker.ts';

/** All texts of the kit. */
export type English = typeof CORE &
  typeof STATUS &
  typeof RANGE &
  typeof COURSE &
  typeof CHART &
  typeof EMPTY &
  typeof FEED &
  typeof PUBLISH &
  typeof NUMBER &
  typeof METER &
  typeof LIST &
  typeof TRACKER &
  typeof ALERTS &
  typeof DASHBOARD;

/**
 * All English texts, and the shape of every other table. An element imports only its own part, from `en/`: this file is not
 * in the bundle of a page. Ages are passed as text ("4 min. ago"), as `Intl.RelativeTimeFormat` writes them.
 */
export const ENGLISH: English = {
  ...CORE,
  ...STATUS,
  ...RANGE,
  ...COURSE,
  ...CHART,
  ...EMPTY,
  ...FEED,
  ...PUBLISH,
  ...NUMBER,
  ...METER,
  ...LIST,
  ...TRACKER,
  ...ALERTS,
  ...DASHBOARD,
};
