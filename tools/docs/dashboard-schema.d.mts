/** JSON Schema of a dashboard's configuration. */
export function dashboardSchema(manifest: unknown): Record<string, unknown>;
