/** Shows each example of the page, live, beside its own HTML. */
import { copyFrom } from './commands.js';

const base = document.querySelector('script[src$="/kit.js"]').src.replace(/\/kit\.js$/, '');
const docs = 'https://github.com/lp-kit/lp-kit/blob/main/docs/elements.md';
const contents = document.querySelector('.contents ul');
let count = 0;

for (const section of document.querySelectorAll('section[data-tag]')) {
  const tags = [section.dataset.tag, ...(section.dataset.more ?? '').split(' ').filter(Boolean)];
  section.prepend(heading(section, tags));
  for (const tag of tags)
    contents.append(make('li', {}, make('a', { href: `#${section.id}`, textContent: tag })));
  for (const template of section.querySelectorAll(':scope > template'))
    template.replaceWith(example(template));
  if (section.dataset.send) section.append(command(section.dataset.send));
}

// The sections had another height until now, so a link to one of them is followed again.
if (location.hash) document.querySelector(location.hash)?.scrollIntoView();

/**
 * @param {HTMLElement} section
 * @param {string[]} tags
 */
function heading(section, tags) {
  const id = `${section.id}-title`;
  section.setAttribute('aria-labelledby', id);
  return make(
    'div',
    { className: 'title' },
    make('h2', { id, textContent: tags.join(', ') }),
    make('a', { href: `${docs}#${tags[0]}`, textContent: 'All attributes' }),
  );
}

/** @param {HTMLTemplateElement} template */
function example(template) {
  const { title } = template.dataset;
  const isCodeOnly = 'codeOnly' in template.dataset;
  const shown = make('div', { className: 'shown' });
  if (!isCodeOnly) shown.append(template.content.cloneNode(true));
  return make(
    'figure',
    { className: isCodeOnly ? 'code-only' : '' },
    make('figcaption', { textContent: title }),
    ...(isCodeOnly ? [] : [shown]),
    code(htmlOf(template), `HTML: ${title}`),
  );
}

/** The HTML as it is written in the page. @param {HTMLTemplateElement} template */
function htmlOf(template) {
  const lines = template.innerHTML
    .replaceAll('=""', '')
    .replace(/^\n|\s+$/g, '')
    .split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent)).join('\n');
}

/** A line that sends a value of this kind. @param {string} send channel and payload */
function command(send) {
  const [, channel, payload] = /^(\S+) (.*)$/.exec(send);
  const auth =
    'token' in document.documentElement.dataset
      ? ' -H "Authorization: Bearer $LP_WRITE_TOKEN"'
      : '';
  const data = payload.startsWith('{') ? `--json '${payload}'` : `-d ${payload}`;
  return make(
    'div',
    { className: 'send' },
    make('p', { className: 'hint', textContent: 'Send such a value:' }),
    code(`curl${auth} ${data} ${base}/channels/${channel}`, `Command: send to ${channel}`),
  );
}

/**
 * @param {string} text
 * @param {string} label
 */
function code(text, label) {
  const id = `code-${++count}`;
  const pre = make(
    'pre',
    { tabIndex: 0, ariaLabel: label, dir: 'ltr' },
    make('code', { id, textContent: text }),
  );
  const button = make('button', { type: 'button', textContent: 'Copy' });
  copyFrom(button, pre.firstElementChild);
  return make('div', { className: 'command' }, pre, button);
}

/**
 * @param {string} tag
 * @param {Record<string, unknown>} properties
 * @param {...Node} children
 */
function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
