const steps = [
  [86_400_000, 'd', 3_600_000, 'h'],
  [3_600_000, 'h', 60_000, 'min'],
  [60_000, 'min', 1_000, 's'],
] as const

/** How long something took: "140 ms", "1.9 s", "15 min 8 s". */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(Math.round(ms / 100) / 10).toString()} s`
  for (const [size, unit, smallerSize, smallerUnit] of steps) {
    if (ms < size) continue
    const rest = Math.floor((ms % size) / smallerSize)
    return `${Math.floor(ms / size)} ${unit}${rest > 0 ? ` ${rest} ${smallerUnit}` : ''}`
  }
  return `${ms} ms`
}
