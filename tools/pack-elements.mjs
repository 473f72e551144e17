// @ts-check
/**
 * `npm run pack:elements`: packs lp-kit-elements from the same build, for people who bundle: elements and client only, with lit and
 * chart.js as its only dependencies, and the same exports. Prints the name of the tarball.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The parts of dist/ for browsers. */
const FOLDERS = ['components', 'protocol', 'kit', 'types'];
const FILES = [
  'custom-elements.json',
  'web-types.json',
  'vscode.html-custom-data.json',
  'vscode.css-custom-data.json',
];

if (!existsSync(join(root, 'dist/types'))) execFileSync('npm', ['run', 'build'], { cwd: root });
const folder = mkdtempSync(join(tmpdir(), 'lp-kit-elements-'));
try {
  mkdirSync(join(folder, 'dist'));
  for (const name of FOLDERS)
    cpSync(join(root, 'dist', name), join(folder, 'dist', name), { recursive: true });
  for (const name of FILES) cpSync(join(root, 'dist', name), join(folder, 'dist', name));
  for (const name of ['LICENSE', 'CHANGELOG.md']) cpSync(join(root, name), join(folder, name));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
  writeFileSync(join(folder, 'README.md'), readme());
  process.stdout.write(
    execFileSync(
      'npm',
      ['pack', '--ignore-scripts', '--silent', '--pack-destination', process.cwd()],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    ),
  );
} finally {
  rmSync(folder, { recursive: true });
}

function manifest() {
  const { exports, dependencies, ...whole } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const kept = [
    'version',
    'keywords',
    'homepage',
    'bugs',
    'repository',
    'author',
    'license',
    'type',
  ];
  return {
    name: 'lp-kit-elements',
    description: 'The elements and the client of lp-kit, for bundlers',
    ...Object.fromEntries(kept.map((name) => [name, whole[name]])),
    exports: Object.fromEntries(
      Object.entries(exports).filter(([name]) => !/^\.\/(server|demo)/.test(name)),
    ),
    customElements: whole.customElements,
    'web-types': whole['web-types'],
    sideEffects: whole.sideEffects.filter((/** @type {string} */ path) =>
      path.startsWith('./dist/'),
    ),
    files: ['dist', 'CHANGELOG.md'],
    dependencies: { 'chart.js': dependencies['chart.js'], lit: dependencies.lit },
  };
}

function readme() {
  return `# lp-kit-elements

The elements and the client of [lp-kit](https://github.com/lp-kit/lp-kit), without its server: the same modules under another
name, for apps that bundle. Dependencies: lit and chart.js.

    npm install lp-kit-elements

    import 'lp-kit-elements/number';
    import { liveClient } from 'lp-kit-elements/client';

The server is \`npx lp-kit serve\`, or \`lp-kit/server\` in an Express app. Take the same version of both.
`;
}
