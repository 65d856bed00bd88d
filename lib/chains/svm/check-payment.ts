import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import { describeFailure } from './failure'
import { tokenProgram } from './programs'
import { simulate } from './simulate'
import { readHoldings } from './read-holdings'

/** A payer's transaction as settlement stores it. */
type Checked = { source: string; destination: string; value: string; bytes: `0x${string}` }

/**
 * Asks the cluster whether a payer's transaction would run now: both token accounts exist, the balance suffices, and a
 * simulation without signatures succeeds. Reads only. Returns the payer's balance, base units.
 * @throws AppError payment-insufficient | verification-failed; RpcError | TransportError if the cluster cannot be read.
 */
export async function checkSvmPayment(network: Caip2, instrument: Checked): Promise<bigint> {
  const { source, destination, value, bytes } = instrument
  const [[from, to], simulated] = await Promise.all([
    readHoldings(network, [source, destination]),
    simulate(network, Buffer.from(bytes.slice(2), 'hex')),
  ])
  if (!to) throw refused('destination', 'The seller has no account for this token yet, so it cannot be paid there.')
  const balanceBase = from?.program === tokenProgram ? from.amountBase : 0n
  // The caller reports it in tokens.
  if (balanceBase < BigInt(value)) return balanceBase
  if (simulated.err !== null)
    throw refused('simulation', `The transaction would not run: ${describeFailure(simulated.err, simulated.logs)}.`)
  return balanceBase
}

function refused(reason: string, message: string): AppError {
  return new AppError('verification-failed', message, { extra: { reason } })
}
