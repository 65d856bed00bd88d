import { Erc20, type Log } from '@/lib/chains'
import { Amount } from '@/lib/money'
import type { Refund } from '@/lib/payments'

/** What a transaction of a merchant's wallet says about the refund that names it. */
export type OwnTransferFinding =
  /** The chain does not show the transaction, or cannot be asked. */
  | { kind: 'unknown'; reason: string }
  /** It does not contain the transfer. Decided for good once `isFinal`. */
  | { kind: 'refused'; reason: string; isFinal: boolean }
  | { kind: 'seen'; logIndex: number; blockNumber: bigint; isFinal: boolean }

export type Token = { decimals: number; symbol: string }

/** The exact transfer of a refund among the logs that pay for nothing else; or a sentence about what is there instead. */
export function find(
  refund: Refund.OwnRefund,
  logs: readonly Log[],
  taken: ReadonlySet<number>,
  token: Token,
): number | string {
  const { asset, wallet, to, amountBase } = refund
  const wanted = { asset, from: wallet, to, value: amountBase }
  const logIndex = Erc20.findPlainTransfer(logs, wanted, taken)
  if (logIndex !== undefined) return logIndex
  if (Erc20.findPlainTransfer(logs, wanted, new Set()) !== undefined)
    return 'Its transfer already pays another refund or a payment.'
  return `${whatItMoves(logs, refund, token)} It must send exactly ${amountOf(amountBase, token)} from ${wallet} to ${to}.`
}

/** The transfer that is nearest to the refund, in words. */
function whatItMoves(logs: readonly Log[], { asset, wallet, to }: Refund.OwnRefund, token: Token): string {
  const moved = logs.flatMap((log) => Erc20.readTransfer(log) ?? []).filter((transfer) => transfer.asset === asset)
  const near = moved.find(({ from }) => from === wallet) ?? moved.find((transfer) => transfer.to === to) ?? moved[0]
  if (!near) return `This transaction moves no ${token.symbol}.`
  return `This transaction sends ${amountOf(near.value, token)} from ${near.from} to ${near.to}.`
}

function amountOf(base: bigint, { decimals, symbol }: Token): string {
  return `${Amount.toDecimal(base, decimals)} ${symbol}`
}
