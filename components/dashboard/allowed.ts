/**
 * The tags and attributes that a dashboard's configuration may contain. Everything else is refused, such as elements that
 * accept HTML (`lp-template`) or name a server (`lp-source`, `lp-dashboard`), and the attributes `on…`, `style`,
 * `class`, `id`, `slot`.
 */

/** Tags, without their `lp-`. */
export const ALLOWED_TAGS: ReadonlySet<string> = new Set(
  'number alerts image meter list row table column case feed publish metric-chart series band tracker sparkline value time status'.split(
    ' ',
  ),
);

/** Attributes. `src` is allowed too, if its origin is allowed. */
export const ALLOWED_ATTRIBUTES: ReadonlySet<string> = new Set(
  [
    'aggregate alt animate annotations announce author axis bar-values bars buckets button-label',
    'channel color cols columns compare currency curve danger dash datetime delta-format',
    'details digits dir disabled drop-after fallback field fields fit follow format fps from',
    'gap-after good heading-level hidden hour-cycle href hysteresis icon key label labels lang level',
    'legend legend-values level-for levels limit link marks max max-announce max-lines maxlength min',
    'min-span mode multiline no-controls no-footer no-header no-wrap notation numbered object-fit offset order',
    'over paused placeholder points precision prefix rate remember required-status rows rows-of',
    'scale search show-time sort sparkline stale-after states suffix target time-zone to type unit',
    'variant warn when window',
  ]
    .join(' ')
    .split(' '),
);
