/**
 * What a dashboard's configuration may build. Both lists are complete: what they do not name is refused. No element that takes
 * HTML (`lp-template`) or stands for a server of its own (`lp-source`, `lp-dashboard`); no `on…`, `style`, `class`, `id`, `slot`.
 */

/** Tags, without their `lp-`. */
export const ALLOWED_TAGS: ReadonlySet<string> = new Set(
  'number meter list feed publish metric-chart series tracker sparkline value time status'.split(
    ' ',
  ),
);

/** Attributes. `src` is one more, where its origin is allowed. */
export const ALLOWED_ATTRIBUTES: ReadonlySet<string> = new Set(
  [
    'aggregate animate announce annotations author bars button-label buckets channel color cols compare currency',
    'curve danger dash datetime delta-format details digits dir disabled fallback field fields follow format fps gap-after',
    'good heading-level hidden hour-cycle key label lang legend levels limit max max-announce maxlength min min-span mode',
    'multiline no-controls no-footer no-header notation numbered order paused placeholder precision prefix rate remember',
    'required-status rows show-time sort sparkline stale-after suffix time-zone type unit variant warn window',
  ]
    .join(' ')
    .split(' '),
);
