// @ts-check
/** The page that the viewer composes: its tiles, their order and sizes, and how it is saved. */
import { byId, elementOf, make, say } from './dom.js';
import { base } from './server.js';
import { configOf, MIN_COLUMN, pageOf } from './widget.js';

/** @typedef {import('./fit.js').Widget} Widget */

/** Largest width of a tile in columns, and height in rows. */
const MOST = { cols: 4, rows: 3 };
const WIDE = /chart|table|feed|tracker|alerts/;

/** @type {Widget[]} */
let tiles = JSON.parse(sessionStorage.getItem('tiles') ?? '[]');
let dragged = -1;

byId('title').value = sessionStorage.getItem('title') ?? 'My board';
byId('title').addEventListener('input', () => sessionStorage.setItem('title', titleOf()));
byId('preview').addEventListener('click', preview);
byId('save-html').addEventListener('click', () =>
  save('board.html', 'text/html', pageOf({ title: titleOf(), base, tiles })),
);
byId('save-json').addEventListener('click', () =>
  save(
    'board.json',
    'application/json',
    `${JSON.stringify(configOf({ title: titleOf(), base, tiles }), null, 2)}\n`,
  ),
);
byId('clear').addEventListener('click', () => {
  change([]);
  say('The page is empty');
  byId('search').focus();
});
render();

const titleOf = () => byId('title').value || 'My board';

/** Adds a widget to the page. @param {Widget} widget */
export function collect({ tag, attributes, ...rest }) {
  const cols = WIDE.test(tag) ? '2' : '1';
  change([...tiles, { tag, attributes: { ...attributes, cols, rows: '1' }, ...rest }]);
}

/** @param {Widget[]} next */
function change(next) {
  tiles = next;
  sessionStorage.setItem('tiles', JSON.stringify(tiles));
  render();
}

function render() {
  byId('collected').hidden = tiles.length === 0;
  byId('tiles').replaceChildren(...tiles.map(row));
}

/** @param {Widget} tile @param {number} at */
function row(tile, at) {
  const { label } = tile.attributes;
  const item = make(
    'li',
    { draggable: true },
    make('span', { className: 'name', textContent: label }),
    make(
      'div',
      { className: 'buttons' },
      button('↑', `Move ${label} up`, at === 0, () => move(at, at - 1)),
      button('↓', `Move ${label} down`, at === tiles.length - 1, () => move(at, at + 1)),
      button('✕', `Remove ${label}`, false, () => remove(at)),
    ),
    slider(tile, at, 'cols', 'Width'),
    slider(tile, at, 'rows', 'Height'),
  );
  item.addEventListener('dragstart', (/** @type {DragEvent} */ event) => {
    if (/** @type {Element} */ (event.target).localName === 'input') return;
    dragged = at;
  });
  item.addEventListener('dragover', (/** @type {DragEvent} */ event) => event.preventDefault());
  item.addEventListener('drop', (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    if (dragged >= 0) move(dragged, at);
    dragged = -1;
  });
  return item;
}

/**
 * The width or height of a tile: dragged, or changed by arrow keys.
 * @param {Widget} tile @param {number} at @param {'cols' | 'rows'} side @param {string} text
 */
function slider({ attributes }, at, side, text) {
  const input = make('input', {
    type: 'range',
    min: '1',
    max: String(MOST[side]),
    value: attributes[side] ?? '1',
    ariaLabel: `${text} of ${attributes.label}`,
  });
  const output = make('output', { textContent: input.value });
  input.addEventListener('pointerdown', () => draggable(input, false)); // The slider is dragged, not the tile.
  input.addEventListener('pointerup', () => draggable(input, true));
  input.addEventListener('input', () => {
    output.textContent = input.value;
    const tile = /** @type {Widget} */ (tiles[at]);
    const sized = { ...tile, attributes: { ...tile.attributes, [side]: input.value } };
    tiles = tiles.with(at, sized);
    sessionStorage.setItem('tiles', JSON.stringify(tiles));
  });
  return make('label', { className: 'size' }, make('span', { textContent: text }), input, output);
}

/** @param {Element} within @param {boolean} is */
function draggable(within, is) {
  const item = within.closest('li');
  if (item) item.draggable = is;
}

/** @param {string} text @param {string} label @param {boolean} disabled @param {() => void} onClick */
function button(text, label, disabled, onClick) {
  const element = make('button', { type: 'button', textContent: text, ariaLabel: label, disabled });
  element.addEventListener('click', onClick);
  return element;
}

/** Moves a tile; the focus stays on the button that moved it, or on its opposite at an end. @param {number} from @param {number} to */
function move(from, to) {
  const tile = tiles[from];
  if (!tile || to < 0 || to >= tiles.length || from === to) return;
  change(tiles.toSpliced(from, 1).toSpliced(to, 0, tile));
  const [up, down] = byId('tiles').children[to].querySelectorAll('button');
  const [same, other] = to < from ? [up, down] : [down, up];
  (same.disabled ? other : same).focus();
  say(`${tile.attributes.label}: ${to + 1} of ${tiles.length}`);
}

/** @param {number} at */
function remove(at) {
  const label = tiles[at]?.attributes.label;
  change(tiles.toSpliced(at, 1));
  const next = byId('tiles').children[Math.min(at, tiles.length - 1)];
  (next?.querySelector('button[aria-label^="Remove"]') ?? byId('search')).focus();
  say(`${label} is removed`);
}

function preview() {
  const board = elementOf({
    tag: 'lp-dashboard',
    attributes: { label: titleOf(), 'min-column': MIN_COLUMN },
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
