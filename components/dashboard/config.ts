import { isRecord } from '../data/payload.ts';
import { ALLOWED_ATTRIBUTES, ALLOWED_TAGS } from './allowed.ts';

/** A widget to build: its tag, with or without `lp-`, and its attributes by their names in HTML. */
export interface WidgetConfig {
  tag: string;
  /** Text shown until there is a value. */
  text?: string;
  children?: WidgetConfig[];
  [attribute: string]: unknown;
}

/** A dashboard as JSON. */
export interface DashboardConfig {
  label?: string;
  'min-column'?: string;
  gap?: string;
  widgets: WidgetConfig[];
}

/** A configuration that cannot be used. */
export class ConfigError extends Error {
  readonly code = 'bad-config';

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ConfigError';
  }
}

/** A widget to create; everything in it is allowed. */
export interface Plan {
  tag: string;
  attributes: [name: string, value: string][];
  text: string;
  children: Plan[];
}

/** A checked configuration: the content of the dashboard. */
export interface Plans {
  label: string | undefined;
  minColumn: string | undefined;
  gap: string | undefined;
  widgets: Plan[];
  /** Messages about the parts that were left out, for the author of the configuration. */
  refused: string[];
}

const MOST_WIDGETS = 500;
const MOST_DEPTH = 3;
const OWN_NAMES = new Set(['tag', 'text', 'children', 'src']);

/**
 * Parses a configuration: JSON text or its value. Parts that are not allowed are left out and listed. `isOwnOrigin` returns whether
 * a widget may have this `src`. @throws ConfigError if there are no widgets
 */
export function parseConfig(config: unknown, isOwnOrigin: (src: string) => boolean): Plans {
  const value = typeof config === 'string' ? parseJson(config) : config;
  const {
    widgets,
    label,
    gap,
    'min-column': minColumn,
  } = Array.isArray(value) ? { widgets: value as unknown[] } : isRecord(value) ? value : {};
  if (!Array.isArray(widgets))
    throw new ConfigError(
      'a dashboard’s configuration must be a list of widgets, or an object with "widgets"',
    );
  const refused: string[] = [];
  const plans = plansOf(widgets, { isOwnOrigin, refused, depth: 0, left: { count: MOST_WIDGETS } });
  return {
    label: text(label),
    minColumn: text(minColumn),
    gap: text(gap),
    widgets: plans,
    refused,
  };
}

interface Reading {
  isOwnOrigin: (src: string) => boolean;
  refused: string[];
  depth: number;
  left: { count: number };
}

function plansOf(widgets: unknown[], reading: Reading): Plan[] {
  return widgets.flatMap((widget) => {
    const plan = planOf(widget, reading);
    return plan ? [plan] : [];
  });
}

function planOf(widget: unknown, reading: Reading): Plan | undefined {
  const { refused, depth, left } = reading;
  const name = isRecord(widget) && typeof widget['tag'] === 'string' ? widget['tag'] : '';
  const tag = name.toLowerCase().replace(/^lp-/, '');
  if (!isRecord(widget) || !ALLOWED_TAGS.has(tag)) {
    refused.push(`<${name || 'no tag'}>: not a widget that a configuration may build`);
    return undefined;
  }
  if (depth >= MOST_DEPTH || left.count-- <= 0) {
    refused.push(`<lp-${tag}>: too many, or too deep`);
    return undefined;
  }
  const children = Array.isArray(widget['children']) ? widget['children'] : [];
  return {
    tag: `lp-${tag}`,
    attributes: attributesOf(widget, tag, reading),
    text: text(widget['text']) ?? '',
    children: plansOf(children, { ...reading, depth: depth + 1 }),
  };
}

function attributesOf(
  widget: Record<string, unknown>,
  tag: string,
  { refused, isOwnOrigin }: Reading,
): Plan['attributes'] {
  const attributes: Plan['attributes'] = [];
  const { src } = widget;
  if (typeof src === 'string' && isOwnOrigin(src)) attributes.push(['src', src]);
  else if (src !== undefined) refused.push(`<lp-${tag} src>: of another origin`);
  for (const [name, value] of Object.entries(widget)) {
    if (OWN_NAMES.has(name) || value === false || value === null) continue;
    const isText = ['string', 'number', 'boolean'].includes(typeof value);
    if (isText && ALLOWED_ATTRIBUTES.has(name))
      attributes.push([name, value === true ? '' : String(value as string | number)]);
    else refused.push(`<lp-${tag} ${name}>: not an attribute that a configuration may set`);
  }
  return attributes;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new ConfigError('a dashboard’s configuration is not JSON', error);
  }
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;
