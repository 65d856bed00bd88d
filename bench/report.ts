import fs from 'node:fs'

/** What one bench found, as `npm run bench` shows it in its table. */
export type Row = {
  /** What is measured, with its unit: "x402 paid requests/s at 16 clients". */
  row: string
  now: number
  /** The same of a peer in the same run: then the goal is of the quotient. */
  peer?: number
  goal: number
  /** The goal is a lower limit; else an upper one. */
  atLeast?: boolean
}

/** Whether a row meets its goal. */
export function isMet(row: Row): boolean {
  const value = valueOf(row)
  return row.atLeast ? value >= row.goal : value <= row.goal
}

/** What the goal is of. */
export function valueOf({ now, peer }: Row): number {
  return peer === undefined ? now : now / peer
}

/** Adds rows to the table of the `npm run bench` that runs this; alone, a bench prints its own. */
export function report(rows: readonly Row[]): void {
  const file = process.env.SLUICE_BENCH_ROWS
  if (file === undefined) return
  fs.appendFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
}
