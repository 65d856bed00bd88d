/** PostgreSQL's unique_violation: somebody else stored the same a moment earlier. */
export function isDuplicate(error: unknown): boolean {
  return (error as { code?: string }).code === '23505'
}
