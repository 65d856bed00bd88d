import fs from 'node:fs'

/** One result of a bench: a row in the table of `npm run bench`. */
export type Row = {
  /** The measured quantity with its unit: "x402 paid requests/s at 16 clients". */
  row: string
  now: number
  /** The peer's result in the same run. With it the goal applies to the quotient. */
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

/** The value that the goal applies to. */
export function valueOf({ now, peer }: Row): number {
  return peer === undefined ? now : now / peer
}

/** Adds rows to the table of the `npm run bench` that runs this; alone, a bench prints its own. */
export function report(rows: readonly Row[]): void {
  const file = process.env.SLUICE_BENCH_ROWS
  if (file === undefined) return
  fs.appendFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
}
