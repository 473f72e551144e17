import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'puppeteer-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Returns the violations that axe finds, by all its rules or those given. */
export const violations = async (page: Page, rules?: string[]): Promise<string[]> => {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  await page.evaluate(async () => {
    await new Promise(requestAnimationFrame);
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  });
  return page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    const found = await axe.run(document, {
      resultTypes: ['violations'],
      ...(only && { runOnly: only }),
    });
    if (found.passes.length < (only ? 1 : 10)) throw new Error('axe did not run');
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')} ${failureSummary}`),
    );
  }, rules);
};

/** Checks all rules in the light scheme, and in the dark scheme only those of colour, because nothing else differs. */
export async function assertAccessible(page: Page, path: string): Promise<void> {
  const show = (scheme: string): Promise<void> =>
    page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' }, // No colour is in transition.
    ]);
  await show('light');
  assert.deepEqual(await violations(page), [], `/${path} in light`);
  await show('dark');
  const ofColour = ['color-contrast', 'link-in-text-block'];
  assert.deepEqual(await violations(page, ofColour), [], `/${path} in dark`);
}
