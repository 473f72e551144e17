// @ts-check
/** The page that the viewer puts together: its tiles, their order and sizes, and how it is saved. */
import { byId, elementOf, make } from './dom.js';
import { base } from './server.js';
import { configOf, pageOf } from './widget.js';

const SIZES = [
  ['1', 'Small'],
  ['2', 'Wide'],
  ['4', 'Full'],
];
/** @type {import('./widget.js').Widget[]} */
let tiles = JSON.parse(sessionStorage.getItem('tiles') ?? '[]');
let dragged = -1;

byId('title').value = sessionStorage.getItem('title') ?? 'My board';
byId('title').addEventListener('input', () => sessionStorage.setItem('title', titleOf()));
byId('preview').addEventListener('click', preview);
byId('save-html').addEventListener('click', () =>
  save('board.html', 'text/html', pageOf({ title: titleOf(), kit: `${base}/kit.js`, tiles })),
);
byId('save-json').addEventListener('click', () =>
  save(
    'board.json',
    'application/json',
    `${JSON.stringify(configOf({ title: titleOf(), tiles }), null, 2)}\n`,
  ),
);
byId('clear').addEventListener('click', () => change([]));
render();

const titleOf = () => byId('title').value || 'My board';

/** @param {import('./widget.js').Widget} widget */
export function collect({ tag, attributes }) {
  const cols = /chart|table|feed|tracker/.test(tag) ? '2' : '1';
  change([...tiles, { tag, attributes: { ...attributes, cols } }]);
}

/** @param {import('./widget.js').Widget[]} next @param {number} [focused] */
function change(next, focused) {
  tiles = next;
  sessionStorage.setItem('tiles', JSON.stringify(tiles));
  render();
  if (focused !== undefined) byId('tiles').children[focused]?.querySelector('button')?.focus();
}

function render() {
  byId('collected').hidden = tiles.length === 0;
  byId('tiles').replaceChildren(...tiles.map(row));
}

/** @param {import('./widget.js').Widget} tile @param {number} at */
function row({ tag, attributes }, at) {
  const { label } = attributes;
  const size = make('select', { ariaLabel: `Size of ${label}` });
  size.append(
    ...SIZES.map(([value, text]) =>
      make('option', { value, textContent: text, selected: value === attributes.cols }),
    ),
  );
  size.addEventListener('change', () => {
    const sized = { tag, attributes: { ...attributes, cols: size.value } };
    change(tiles.with(at, sized));
    byId('tiles').children[at]?.querySelector('select')?.focus();
  });
  const item = make(
    'li',
    { draggable: true },
    make('span', { className: 'name', textContent: label }),
    size,
    button('↑', `Move ${label} up`, at === 0, () => move(at, at - 1)),
    button('↓', `Move ${label} down`, at === tiles.length - 1, () => move(at, at + 1)),
    button('✕', `Remove ${label}`, false, () =>
      change(tiles.toSpliced(at, 1), Math.min(at, tiles.length - 2)),
    ),
  );
  item.addEventListener('dragstart', () => {
    dragged = at;
  });
  item.addEventListener('dragover', (event) => event.preventDefault());
  item.addEventListener('drop', (event) => {
    event.preventDefault();
    if (dragged >= 0) move(dragged, at);
    dragged = -1;
  });
  return item;
}

/** @param {string} text @param {string} label @param {boolean} disabled @param {() => void} onClick */
function button(text, label, disabled, onClick) {
  const element = make('button', { type: 'button', textContent: text, ariaLabel: label, disabled });
  element.addEventListener('click', onClick);
  return element;
}

/** @param {number} from @param {number} to */
function move(from, to) {
  const tile = tiles[from];
  if (tile && to >= 0 && to < tiles.length)
    change(tiles.toSpliced(from, 1).toSpliced(to, 0, tile), to);
}

function preview() {
  const board = elementOf({
    tag: 'lp-dashboard',
    attributes: { label: titleOf(), 'min-column': '16rem' },
  });
  board.append(...tiles.map(elementOf));
  byId('board').replaceChildren(board);
  const dialog = byId('shown-page');
  dialog.addEventListener('close', () => byId('board').replaceChildren(), { once: true });
  dialog.showModal();
}

/** @param {string} name @param {string} type @param {string} text */
function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
