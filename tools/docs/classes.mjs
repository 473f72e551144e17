// @ts-check
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ts } from '@custom-elements-manifest/analyzer';

const root = fileURLToPath(new URL('../../components/', import.meta.url));

/** The classes of the components: members (fields, methods and accessors each for themselves) and base. */
export function classes() {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(root + file, 'utf8');
      const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
      return source.statements.filter(ts.isClassDeclaration).map((/** @type {any} */ node) => ({
        file,
        name: node.name.text,
        members: node.members.length,
        base: node.heritageClauses
          ?.find((/** @type {any} */ { token }) => token === ts.SyntaxKind.ExtendsKeyword)
          ?.types[0].expression.getText(),
      }));
    });
}
