import { ProtocolError, shown } from '../../protocol/lp1.ts';
import { isRecord } from './body.ts';
import type { Headers } from './cloudevents.ts';
import { type Collector, eventChannel } from './collector.ts';
import type { Level } from './level-word.ts';
import { channelOf } from './series.ts';

/** What a sender of ntfy wants to publish. */
export interface Message {
  topic: string;
  text: string;
  title?: string | undefined;
  priority?: string | undefined;
  tags?: string[] | undefined;
  click?: string | undefined;
}

/** Names that a field may go by, in headers and in the query. Source: ntfy documentation, "Publishing". */
const NAMES = {
  text: ['x-message', 'message', 'm'],
  title: ['x-title', 'title', 'ti', 't'],
  priority: ['x-priority', 'priority', 'prio', 'p'],
  tags: ['x-tags', 'tags', 'tag', 'ta'],
  click: ['x-click', 'click'],
};

/** A message whose body is its text; its other fields are in headers or in the query. */
export function plainMessage(
  topic: string,
  text: string,
  headers: Headers,
  query: URLSearchParams,
): Message {
  const field = (names: string[]): string | undefined => {
    for (const name of names) {
      const value = headers[name] ?? query.get(name);
      if (value !== undefined && value !== null) return headerText(String(value));
    }
    return undefined;
  };
  const tags = field(NAMES.tags);
  return {
    topic,
    text: text.replace(/\n$/, '') || (field(NAMES.text) ?? 'triggered'),
    title: field(NAMES.title),
    priority: field(NAMES.priority),
    tags: tags
      ?.split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
    click: field(NAMES.click),
  };
}

/** A message as one JSON object. @throws ProtocolError `bad-request` */
export function jsonMessage(body: unknown): Message {
  if (!isRecord(body)) throw bad(`${shown(body)} is not a message`);
  const { topic, message, title, priority, tags, click } = body;
  if (typeof topic !== 'string' || topic === '') throw bad('the message has no topic');
  const text = (value: unknown): string | undefined =>
    typeof value === 'string' ? value : undefined;
  return {
    topic,
    text: text(message) || 'triggered',
    title: text(title),
    priority: typeof priority === 'number' ? `${priority}` : text(priority),
    tags: Array.isArray(tags) ? tags.map(String) : undefined,
    click: text(click),
  };
}

/** Adds a message; its topic is the channel. */
export function addMessage(message: Message, collector: Collector): void {
  const { topic, text, title, priority, tags, click } = message;
  collector.event({
    channel: channelOf(undefined, eventChannel(collector.options.prefix, topic)).channel,
    data: {
      text,
      level: levelOf(priority ?? '3'),
      ...(title && { title }),
      ...(click && { link: click }),
      ...(tags && tags.length > 0 && { tags }),
    },
  });
}

/** Priorities are 1 to 5, or words. @throws ProtocolError `bad-request` */
function levelOf(priority: string): Level {
  const level = LEVELS.find(([pattern]) => pattern.test(priority))?.[1];
  if (level) return level;
  throw bad(`priority ${shown(priority)}: 1 to 5`);
}

const LEVELS: readonly [RegExp, Level][] = [
  [/^(1|min)$/i, 'debug'],
  [/^(2|3|low|default)$/i, 'info'],
  [/^(4|high)$/i, 'warning'],
  [/^(5|max|urgent)$/i, 'critical'],
];

/** Node gives header bytes as Latin-1; senders write UTF-8. */
function headerText(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  const utf8 = bytes.toString();
  return utf8.includes('\ufffd') || !/[\u0080-\u00ff]/.test(text) ? text : utf8;
}

const bad = (message: string): ProtocolError => new ProtocolError('bad-request', message);
