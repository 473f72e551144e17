import type { Manifest } from './manifest.mjs';

export function filled(page: string, manifest: Manifest): string;
