import type { SVGTemplateResult, TemplateResult } from 'lit';
import { html, nothing, svg } from 'lit';

/** Name of an icon. */
export type IconName =
  | 'clock'
  | 'pause'
  | 'play'
  | 'offline'
  | 'warn'
  | 'danger'
  | 'lock'
  | 'check'
  | 'retry'
  | 'more'
  | 'search'
  | 'download';

const PATHS: Record<IconName, SVGTemplateResult> = {
  clock: svg`<circle cx="8" cy="8" r="6.25" /><path d="M8 4.5V8l2.25 1.5" />`,
  pause: svg`<path d="M5.5 3.5v9M10.5 3.5v9" />`,
  play: svg`<path d="M5 3.25v9.5L12.5 8z" />`,
  offline: svg`<path d="M2.5 6.5a8 8 0 0 1 3-1.7M13.5 6.5A8 8 0 0 0 8 4.25M4.75 9.25A5 5 0 0 1 7 8M11.25 9.25 10 8.5M8 12h.01M2.5 2.5l11 11" />`,
  warn: svg`<path d="M8 2.25 14.25 13.25H1.75zM8 6.5v3M8 11.4h.01" />`,
  danger: svg`<path d="M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4zM8 5v3.5M8 10.9h.01" />`,
  lock: svg`<path d="M3.5 7.25h9v6.25h-9zM5.5 7.25V5a2.5 2.5 0 0 1 5 0v2.25" />`,
  check: svg`<path d="m3 8.5 3.25 3.25L13 4.75" />`,
  retry: svg`<path d="M13 8a5 5 0 1 1-1.5-3.55M13 2.5v3h-3" />`,
  search: svg`<circle cx="7" cy="7" r="4.25" /><path d="m10.25 10.25 3.25 3.25" />`,
  download: svg`<path d="M8 2.5v7.25M4.75 6.75 8 10l3.25-3.25M2.75 13h10.5" />`,
  more: svg`<path stroke-width="2.5" d="M3.5 8h.01M8 8h.01M12.5 8h.01" />`,
};

/** Returns a 16-unit line icon in the text's colour and size. Always shown beside text, so hidden from screen readers. */
export const icon = (name: IconName | undefined): TemplateResult | typeof nothing =>
  name
    ? html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${PATHS[name]}</svg>`
    : nothing;
