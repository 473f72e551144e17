// @ts-check
/** Bundles the code of the demo's page for React and Vue. */
import { build } from 'esbuild';

/** @param {string} outdir */
export async function bundleFramework(outdir) {
  await build({
    entryPoints: { framework: 'demo/framework/framework.js' },
    outdir,
    chunkNames: 'framework-[name]-[hash]',
    bundle: true,
    format: 'esm',
    splitting: true,
    minify: true,
    target: 'es2022',
    jsx: 'automatic',
    legalComments: 'linked',
    logLevel: 'warning',
    define: {
      'process.env.NODE_ENV': '"production"',
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
  });
}
