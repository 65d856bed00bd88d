/** Runs once when a server starts: the environment is checked, and the background tasks run in this process. */
export async function register(): Promise<void> {
  // Next compiles this file for its edge runtime too, and replaces this condition there.
  // oxlint-disable-next-line node/no-process-env -- set by Next, at build time
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { env } = await import('@/lib/env')
  if (env.JOBS !== 'in-process') return
  // Under server.ts this is the second call; one loop runs per process all the same.
  const { startLoop } = await import('@/lib/jobs')
  startLoop()
}
