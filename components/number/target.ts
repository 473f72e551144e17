import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { cssProperty } from '../element/css-property.ts';
import { formatValue } from '../format/format.ts';
import type { FormatOptions } from '../format/format-options.ts';
import type { Words } from '../locale/messages.ts';
import type { Sample } from '../sparkline/samples.ts';

/** A value and its target. */
export interface TargetFacts {
  value: number | undefined;
  target: number;
  options: FormatOptions;
  words: Words;
}

/** Returns the share of the target that is reached: a bar, with a mark at a target that is passed, and "60% of €20,000". */
export function targetView(facts: TargetFacts): TemplateResult {
  const { value, target } = facts;
  const whole = Math.max(target, value ?? 0);
  const part = (of: number): number =>
    whole > 0 ? Math.round(Math.min(1, Math.max(0, of / whole)) * 1000) / 1000 : 0;
  return html`<div class="target" part="target">
    <div class="goal-rail" aria-hidden="true" ${cssProperty('--_reached', part(value ?? 0))}>
      ${value !== undefined && value > target ? html`<div class="goal" ${cssProperty('--_at', part(target))}></div>` : nothing}
    </div>
    <span class="goal-text">${targetText(facts)}</span>
  </div>`;
}

/** Returns "60% of €20,000"; without a value, or for a target that is not above zero, "– of €20,000". */
export function targetText({ value, target, options, words }: TargetFacts): string {
  const goal = formatValue(target, options);
  if (value === undefined || target <= 0) return words.numberOf('–', goal);
  const { language } = options;
  return words.numberOf(
    formatValue(value / target, { format: 'percent', digits: 0, language }),
    goal,
  );
}

/** Returns the lowest and the highest value as text: "min 18.2 °C, max 24.9 °C". `marks` names which of the two. */
export function extremesText(
  samples: readonly Sample[],
  marks: readonly string[],
  { options, words }: Pick<TargetFacts, 'options' | 'words'>,
): string {
  const values = samples.flatMap(({ value }) => value ?? []);
  if (values.length === 0) return '';
  const told = [
    ...(marks.includes('min') ? [words.numberMin(formatValue(Math.min(...values), options))] : []),
    ...(marks.includes('max') ? [words.numberMax(formatValue(Math.max(...values), options))] : []),
  ];
  return words.listed(told);
}
