const heartbeatMs = 10_000

/** Prints progress: one line when a step is done, and one every ten seconds until then. */
export async function step<Result>(
  label: string,
  work: (note: (detail: string) => void) => Promise<Result>,
): Promise<Result> {
  const startedAt = performance.now()
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1)
  let detail = ''
  const timer = setInterval(() => console.log(`… ${label.padEnd(26)} ${seconds().padStart(6)} s`), heartbeatMs)
  try {
    const result = await work((text) => (detail = text))
    console.log(`✓ ${label.padEnd(26)} ${seconds().padStart(6)} s  ${detail}`.trimEnd())
    return result
  } catch (error) {
    console.log(`✗ ${label.padEnd(26)} ${seconds().padStart(6)} s`)
    throw error
  } finally {
    clearInterval(timer)
  }
}

/** Lines in a frame. */
export function box(lines: readonly string[]): string {
  const width = Math.max(...lines.map((line) => line.length))
  const rule = '─'.repeat(width + 4)
  return [`╭${rule}╮`, ...lines.map((line) => `│  ${line.padEnd(width)}  │`), `╰${rule}╯`].join('\n')
}
