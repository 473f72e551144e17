/** A board of the demo: the page `/home` is the board alone, `/board-home` shows it with its code. */
export interface BoardPage {
  title: string;
  lead: string;
}

export const BOARD_PAGES: Readonly<Record<string, BoardPage>> = {
  home: {
    title: 'Home',
    lead: 'Four rooms, heating, energy, doors and windows on one screen.',
  },
  wall: {
    title: 'Production',
    lead: 'Twelve services, the error rate, deploys and who is on call, on the wall of an operations room.',
  },
  sales: {
    title: 'Shop',
    lead: 'Sales of today against yesterday, the target, best sellers and orders.',
  },
};

/** The name in `board-home.html`; undefined for other files. */
export function boardOf(file: string): string | undefined {
  const name = /^board-([a-z]+)\.html$/.exec(file)?.[1];
  return name !== undefined && Object.hasOwn(BOARD_PAGES, name) ? name : undefined;
}

export interface BoardFiles {
  /** `board-page.html`. */
  template: string;
  /** The board itself, such as `home.html`. */
  html: string;
  /** Its shell script, such as `home.sh`. */
  script: string;
}

/** The page about a board: the template, with the board's name, and its files as text. */
export function boardPage(name: string, { template, html, script }: BoardFiles): string {
  const { title, lead } = BOARD_PAGES[name] as BoardPage;
  const parts: Record<string, string> = {
    name,
    title,
    lead,
    html: html.trimEnd(),
    script: script.trimEnd(),
    htmlLines: String(lines(html)),
    scriptLines: String(lines(script)),
  };
  return template.replace(/\{([a-zA-Z]+)\}/g, (all, key: string) => escaped(parts[key] ?? all));
}

const lines = (text: string): number => text.trimEnd().split('\n').length;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
