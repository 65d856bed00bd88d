/** A transaction's failure in words, from the node's error and the logs. */
export function describeFailure(err: unknown, logs: readonly string[] | null = null): string {
  if (typeof err === 'string') return words[err] ?? err
  const loggedError = logs?.findLast((line) => line.startsWith(logged))?.slice(logged.length)
  const [at, what] = (err as { InstructionError?: [number, unknown] }).InstructionError ?? []
  if (at === undefined) return JSON.stringify(err)
  const code = (what as { Custom?: number } | null)?.Custom
  const kind = typeof what === 'string' ? what : code === insufficient ? 'insufficient funds' : JSON.stringify(what)
  return `instruction ${at + 1} fails: ${loggedError ?? kind}`
}

/** True if it lacks money, which an operator can add. */
export function isShortOfFunds(err: unknown): boolean {
  if (typeof err === 'string') return err === 'InsufficientFundsForFee' || err === 'AccountNotFound'
  const [, what] = (err as { InstructionError?: [number, unknown] }).InstructionError ?? []
  return (what as { Custom?: number } | null)?.Custom === insufficient || 'InsufficientFundsForRent' in (err as object)
}

/** How programs write errors into their log. */
const logged = 'Program log: Error: '
/** The error code of the token program and of the system program. */
const insufficient = 1

const words: Record<string, string> = {
  AccountNotFound: 'the fee payer has no SOL',
  BlockhashNotFound: 'its blockhash is unknown or has expired',
  InsufficientFundsForFee: 'the fee payer has too little SOL',
}
