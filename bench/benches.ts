/** A bench is `bench/{name}.ts`. Each list holds arguments of it. */
export type Bench = {
  name: string
  /** For `npm run bench`; absent where the bench prints a table of its own and has no rows in that one. */
  whole?: readonly string[]
  /** For `npm run bench -- --quick`. */
  quick?: readonly string[]
  /** The least that runs all of its code, in seconds: `npm test` does that, so that no bench breaks unseen. */
  smoke: readonly string[]
}

/** Every bench but flood.ts, which needs a running demo: e2e/agents/flood.spec.ts runs that one. */
export const benches: readonly Bench[] = [
  { name: 'gateway', whole: [], quick: ['--seconds', '4'], smoke: ['--seconds', '1', '--clients', '1'] },
  { name: 'facilitator', whole: [], quick: ['--payments', '100'], smoke: ['--payments', '4', '--clients', '2'] },
  { name: 'vouchers', whole: [], quick: ['--seconds', '4'], smoke: ['--seconds', '1', '--channels', '1'] },
  {
    name: 'execution',
    whole: ['--count', '200', '--plain', '15', '--at-once', '32'],
    quick: ['--count', '110', '--plain', '15', '--at-once', '32'],
    smoke: ['--count', '8', '--plain', '2', '--at-once', '2', '--deadline', '3'],
  },
  { name: 'counts', whole: [], smoke: ['--requests', '1'] },
  { name: 'gas', whole: [], smoke: ['--sizes', '1,8'] },
  {
    name: 'idle',
    whole: [],
    quick: ['--seconds', '20', '--settle', '10'],
    smoke: ['--seconds', '1', '--settle', '1'],
  },
  { name: 'start', whole: [], smoke: [] },
  { name: 'rail-faults', whole: [], quick: ['--times', '1'], smoke: ['--times', '1', '--only', 'lost-once,copies'] },
  {
    name: 'rails',
    whole: [],
    quick: ['--payments', '100', '--unpaid', '2000'],
    smoke: ['--payments', '4', '--clients', '2', '--unpaid', '20'],
  },
  {
    name: 'scale',
    whole: ['--size', '0.1'],
    quick: ['--size', '0.02'], // Its pages are read by scale.chain.test.ts.
    smoke: ['--size', '0.0002', '--runs', '1', '--only', 'tasks'],
  },
  { name: 'settlement', smoke: ['--channels', '5', '--vouchers', '2'] },
  { name: 'replay', smoke: ['--payments', '100', '--others', '100', '--runs', '1'] },
]
