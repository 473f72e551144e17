import '@angular/compiler';
import { Component, CUSTOM_ELEMENTS_SCHEMA, provideZonelessChangeDetection } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import 'lp-kit/number';
import type { LpStatusEvent } from 'lp-kit/number/class';

@Component({
  selector: 'app-root',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `<lp-number label="CPU" [warn]="70" [data]="values" [formatter]="text" (lp-status-change)="onStatus($event)"></lp-number>`,
})
export class App {
  values = { value: 71 };
  text = (value: unknown): string => `<${String(value)}>`;
  onStatus({ type }: LpStatusEvent): void {
    document.body.dataset['heard'] = type;
  }
}

await bootstrapApplication(App, { providers: [provideZonelessChangeDetection()] });
