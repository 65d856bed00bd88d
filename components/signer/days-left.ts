/** How long the gas lasts, rounded down, in words; undefined without a history. */
export function daysLeft(days: number | null): string | undefined {
  if (days === null) return undefined
  if (days < 1)
    return days * 24 < 1 ? 'less than an hour of gas left' : `${plural(Math.floor(days * 24), 'hour')} of gas left`
  if (days > 3_650) return 'gas for over ten years'
  return `${plural(Math.floor(days), 'day')} of gas left`
}

function plural(count: number, unit: string): string {
  return `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`
}
