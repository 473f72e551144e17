import { isRecord } from './body.ts';
import { knownLevel, type Level, levelOf } from './level-word.ts';

/** A JSON object of a webhook, of any sender. */
export type Payload = Record<string, unknown>;

/** Fields of an entry that are taken from a webhook. Texts are plain text, never HTML. */
export interface HookFields {
  title?: string | undefined;
  text?: string | undefined;
  level?: Level | undefined;
  author?: string | undefined;
  link?: string | undefined;
  value?: number | null | undefined;
}

/** Returns the own value at a path such as `repository.full_name` or `alerts.0.status`; undefined if there is none. */
export function at(payload: unknown, path: string): unknown {
  let value = payload;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Payload)[name];
  }
  return value;
}

/** Returns the first text that is not empty, among several paths. */
export function textAt(payload: unknown, ...paths: string[]): string | undefined {
  for (const path of paths) {
    const value = at(payload, path);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** Returns the number at a path; undefined if there is none. */
export function numberAt(payload: unknown, path: string): number | undefined {
  const value = at(payload, path);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Reads the names that most services use; fields of the first attachment (Slack) or embed (Discord) are tried last. */
export function commonFields(payload: Payload): HookFields {
  const first = ['attachments.0', 'embeds.0'].find((path) => isRecord(at(payload, path)));
  const inner = (...names: string[]): string[] =>
    first ? names.map((name) => `${first}.${name}`) : [];
  const texts = ['text', 'message', 'msg', 'content', 'body', 'description'];
  const colour = textAt(payload, ...inner('color'));
  const level = textAt(payload, 'level', 'severity');
  return {
    title: textAt(payload, 'title', ...inner('title')),
    text: textAt(payload, ...texts, ...inner('text', 'fallback', 'description')),
    level: level ? levelOf(level) : knownLevel(textAt(payload, 'type') ?? colour ?? ''),
    author: textAt(payload, 'username', 'author', 'user_name'),
    link: textAt(payload, 'link', 'url', ...inner('title_link', 'url')),
  };
}

/** Returns the fields of a GitHub webhook. Source: GitHub docs, "Webhook events and payloads". */
export function githubFields(payload: Payload, event: string | undefined): HookFields {
  const action = textAt(payload, 'action');
  const subjects = ['pull_request', 'issue', 'release', 'workflow_run', 'check_run', 'discussion'];
  const own = subjects.find((name) => isRecord(at(payload, name)));
  const texts = own ? [`${own}.title`, `${own}.name`, `${own}.display_title`] : [];
  const links = own ? [`${own}.html_url`] : [];
  const outcome = own && textAt(payload, `${own}.conclusion`);
  return {
    title: [event ?? 'GitHub', action].filter(Boolean).join(' '),
    text: textAt(
      payload,
      'head_commit.message',
      ...texts,
      'comment.body',
      'zen',
      'repository.full_name',
    ),
    level: outcome ? knownLevel(outcome) : undefined,
    author: textAt(payload, 'sender.login'),
    link: textAt(payload, 'comment.html_url', ...links, 'compare', 'repository.html_url'),
  };
}

/** Returns the fields of a GitLab webhook. Source: GitLab docs, "Webhook events". */
export function gitlabFields(payload: Payload, event: string | undefined): HookFields {
  const status = textAt(payload, 'object_attributes.status', 'build_status');
  return {
    title: event ?? textAt(payload, 'object_kind') ?? 'GitLab',
    text: textAt(
      payload,
      'message',
      'object_attributes.title',
      'commits.0.title',
      'commits.0.message',
      'object_attributes.note',
    ),
    level: status ? knownLevel(status) : undefined,
    author: textAt(payload, 'user_name', 'user.name', 'user_username'),
    link: textAt(payload, 'object_attributes.url', 'commits.0.url', 'project.web_url'),
  };
}

type Preset = (payload: Payload) => HookFields;

/** Functions that return the fields of a webhook, by the value of `?preset=`. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  github: (payload) => githubFields(payload, undefined),
  gitlab: (payload) => gitlabFields(payload, undefined),
  grafana: (payload) => ({
    title: textAt(payload, 'title', 'groupLabels.alertname'),
    text: textAt(
      payload,
      'alerts.0.annotations.summary',
      'alerts.0.annotations.description',
      'message',
    ),
    level: /^(resolved|ok)$/i.test(textAt(payload, 'status', 'state') ?? '')
      ? 'info'
      : levelOf(textAt(payload, 'commonLabels.severity', 'alerts.0.labels.severity') ?? ''),
    link: textAt(payload, 'alerts.0.panelURL', 'alerts.0.generatorURL', 'externalURL', 'ruleUrl'),
  }),
  'uptime-kuma': (payload) => ({
    title: textAt(payload, 'monitor.name'),
    text: textAt(payload, 'msg', 'heartbeat.msg'),
    level: KUMA[numberAt(payload, 'heartbeat.status') ?? 3],
    link: textAt(payload, 'monitor.url'),
    value: numberAt(payload, 'heartbeat.ping'),
  }),
  sentry: (payload) => ({
    title: textAt(
      payload,
      'data.issue.title',
      'data.event.title',
      'data.error.title',
      'event.title',
      'message',
    ),
    text: textAt(
      payload,
      'data.issue.culprit',
      'data.event.culprit',
      'data.error.culprit',
      'culprit',
    ),
    level: levelOf(
      textAt(payload, 'data.issue.level', 'data.event.level', 'data.error.level', 'level') ??
        'error',
    ),
    author: textAt(payload, 'actor.name', 'project_name'),
    link: textAt(payload, 'data.issue.web_url', 'data.event.web_url', 'data.error.web_url', 'url'),
  }),
  stripe: (payload) => ({
    title: textAt(payload, 'type'),
    text: textAt(payload, 'data.object.description', 'data.object.status', 'data.object.id'),
    level: /fail|dispute/.test(textAt(payload, 'type') ?? '') ? 'error' : 'info',
    value: numberAt(payload, 'data.object.amount'),
  }),
};

/** Levels by the number of Uptime Kuma's states: down, up, pending, maintenance. */
const KUMA: readonly Level[] = ['critical', 'info', 'warning', 'info'];
