/** See progress-reporter.mjs. */
export function tell(event: { note: string }): void
