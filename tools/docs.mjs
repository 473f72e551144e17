// @ts-check
/**
 * Writes what is generated from the doc comments: the custom elements manifest and editors' data into dist/, and the tables of
 * docs/elements.md in their places between `<!-- api: … -->` and `<!-- /api -->`. With `--dist`, it writes only into dist/.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { getWebTypesData } from 'custom-element-jet-brains-integration';
import {
  getVsCodeCssCustomData,
  getVsCodeHtmlCustomData,
} from 'custom-element-vs-code-integration';
import { dashboardSchema } from './docs/dashboard-schema.mjs';
import { frameworkTypes } from './docs/framework-types.mjs';
import { manifest } from './docs/manifest.mjs';
import { filled } from './docs/reference.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const whole = manifest();
const page = `${root}docs/elements.md`;

mkdirSync(`${root}dist`, { recursive: true });
writeFileSync(`${root}dist/custom-elements.json`, JSON.stringify(whole));
writeFileSync(`${root}dist/vscode.html-custom-data.json`, getVsCodeHtmlCustomData(whole, {}));
writeFileSync(`${root}dist/vscode.css-custom-data.json`, getVsCodeCssCustomData(whole, {}));
// Without indentation, which saves a few kB of the package.
writeFileSync(`${root}dist/web-types.json`, JSON.stringify(JSON.parse(getWebTypesData(whole, {}))));
mkdirSync(`${root}dist/kit`, { recursive: true });
writeFileSync(`${root}dist/kit/dashboard.schema.json`, JSON.stringify(dashboardSchema(whole)));
mkdirSync(`${root}dist/types`, { recursive: true });
for (const [name, text] of Object.entries(frameworkTypes(whole)))
  writeFileSync(`${root}dist/types/${name}`, text);
if (!process.argv.includes('--dist'))
  writeFileSync(page, filled(readFileSync(page, 'utf8'), whole));
