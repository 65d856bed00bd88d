/** PostgreSQL's unique_violation: another process stored the same row a moment earlier. */
export function isDuplicate(error: unknown): boolean {
  return (error as { code?: string }).code === '23505'
}
