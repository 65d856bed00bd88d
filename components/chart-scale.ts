/** The marks of a value axis. Pure. */

const factors = [1, 2, 2.5, 5, 10]
const intervalsMax = 4

/** Round marks from 0 to the first that is not below `max`: at most five. `isWhole`: counts have no halves. */
export function marksUpTo(max: number, isWhole = false): number[] {
  if (!(max > 0)) return [0, 1]
  const rough = max / intervalsMax
  const power = 10 ** Math.floor(Math.log10(rough))
  const steps = factors.map((factor) => factor * power).filter((step) => !isWhole || Number.isInteger(step))
  const step = steps.find((candidate) => candidate >= rough * (1 - 1e-9)) ?? Math.max(1, Math.ceil(rough))
  const intervals = Math.max(1, Math.ceil(max / step - 1e-9))
  return Array.from({ length: intervals + 1 }, (_, index) => Number((index * step).toPrecision(12)))
}
