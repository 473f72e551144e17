// @ts-check
/** The custom elements manifest, read from the sources by @custom-elements-manifest/analyzer. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { create, ts } from '@custom-elements-manifest/analyzer';
import { litPlugin } from '@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js';
import {
  definitions,
  exportedTypes,
  ownDescriptions,
  sharedProperties,
  themeTokens,
  wordTypes,
} from './plugins.mjs';
import { published } from './published.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The manifest of what is published: element classes and their bases, events, definitions. */
export function manifest() {
  const paths = readdirSync(`${root}/components`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `components/${name.replaceAll('\\', '/')}`)
    .sort();
  const modules = paths.map((path) =>
    ts.createSourceFile(path, readFileSync(root + path, 'utf8'), ts.ScriptTarget.ES2022, true),
  );
  const plugins = [
    ...litPlugin(),
    sharedProperties(),
    definitions(),
    ownDescriptions(),
    wordTypes(),
    themeTokens(),
    published(),
    exportedTypes(),
  ];
  // Version 2.1.0 of the schema is the first with custom states of elements.
  return { ...create({ modules, plugins, context: { dev: false } }), schemaVersion: '2.1.0' };
}
