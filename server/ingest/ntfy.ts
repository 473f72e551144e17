import { ProtocolError, shown } from '../../protocol/lp1.ts';
import { isRecord } from './body.ts';
import type { Headers } from './cloudevents.ts';
import { type Collector, eventChannel } from './collector.ts';
import type { Level } from './level-word.ts';
import { channelOf } from './series.ts';

/** A message in the format of ntfy. */
export interface Message {
  topic: string;
  text: string;
  title?: string | undefined;
  priority?: string | undefined;
  tags?: string[] | undefined;
  click?: string | undefined;
}

/** Names of each field, in headers and in the query. Source: ntfy documentation, "Publishing". */
const NAMES = {
  text: ['x-message', 'message', 'm'],
  title: ['x-title', 'title', 'ti', 't'],
  priority: ['x-priority', 'priority', 'prio', 'p'],
  tags: ['x-tags', 'tags', 'tag', 'ta'],
  click: ['x-click', 'click'],
};

/** Reads a message whose body is its text. Its other fields are in headers or in the query. */
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

/** Reads a message from one JSON object. @throws ProtocolError `bad-request` */
export function jsonMessage(body: unknown): Message {
  if (!isRecord(body))
    throw bad(`${shown(body)} is not a message: send a JSON object with "topic"`);
  const { topic, message, title, priority, tags, click } = body;
  if (typeof topic !== 'string' || topic === '')
    throw bad('the message has no topic: add "topic", the name of the channel');
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

/** Adds a message as an entry of the channel that its topic names. */
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

/** Returns the level for a priority, which is 1 to 5 or a word. @throws ProtocolError `bad-request` */
function levelOf(priority: string): Level {
  const level = LEVELS.find(([pattern]) => pattern.test(priority))?.[1];
  if (level) return level;
  throw bad(
    `priority ${shown(priority)} does not exist: use 1 to 5, or min, low, default, high or max`,
  );
}

const LEVELS: readonly [RegExp, Level][] = [
  [/^(1|min)$/i, 'debug'],
  [/^(2|3|low|default)$/i, 'info'],
  [/^(4|high)$/i, 'warning'],
  [/^(5|max|urgent)$/i, 'critical'],
];

/** Decodes a header: Node reads its bytes as Latin-1, but senders write UTF-8. */
function headerText(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  const utf8 = bytes.toString();
  return utf8.includes('\ufffd') || !/[\u0080-\u00ff]/.test(text) ? text : utf8;
}

const bad = (message: string): ProtocolError => new ProtocolError('bad-request', message);
