import type { BulkRefund } from '@/lib/payments'
import { Amount } from '@/lib/money'

/** What a bulk refund will do, in words. The server decides again for each payment. */
export type RefundPlan = {
  refunded: number
  /** One for each token and network: "0.03 USDC on Base". */
  sums: string[]
  leftOut: { id: string; name: string; reason: string }[]
}

/** @param amount as typed, in units of each token; empty: everything that is left. @param isSigner the refund wallet of the server pays. */
export function planRefunds(
  ids: readonly string[],
  candidates: readonly BulkRefund.RefundCandidate[],
  amount: string,
  isSigner: boolean,
): RefundPlan {
  const leftOut: RefundPlan['leftOut'] = []
  const sums = new Map<string, { base: bigint; of: BulkRefund.RefundCandidate }>()
  const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]))
  let refunded = 0
  for (const id of ids) {
    const candidate = byId.get(id)
    if (!candidate) {
      leftOut.push({ id, name: id.slice(0, 8), reason: 'A session: its page returns money of the channel.' })
      continue
    }
    const base = baseOf(candidate, amount)
    const reason =
      candidate.obstacle ?? (isSigner ? candidate.signerObstacle : candidate.walletObstacle) ?? faultOf(candidate, base)
    if (reason !== null) {
      leftOut.push({
        id,
        name: `${amountWords(candidate, BigInt(candidate.leftBase))} left, ${id.slice(0, 8)}`,
        reason,
      })
      continue
    }
    refunded += 1
    const key = `${candidate.network.network} ${candidate.token.address}`
    sums.set(key, { base: (sums.get(key)?.base ?? 0n) + (base ?? 0n), of: candidate })
  }
  return {
    refunded,
    sums: [...sums.values()].map(({ base, of }) => `${amountWords(of, base)} on ${of.network.name}`),
    leftOut,
  }
}

function amountWords({ token }: BulkRefund.RefundCandidate, base: bigint): string {
  return `${Amount.toDecimal(base, token.decimals)} ${token.symbol}`
}

/** Undefined if the text is no amount. */
function baseOf({ leftBase, token }: BulkRefund.RefundCandidate, amount: string): bigint | undefined {
  if (amount.trim() === '') return BigInt(leftBase)
  const [, whole = '', fraction = ''] = /^([0-9]{1,60})(?:\.([0-9]+))?$/.exec(amount.trim()) ?? []
  const used = fraction.replace(/0+$/, '')
  if (whole === '' || used.length > token.decimals) return undefined
  return BigInt(whole + used.padEnd(token.decimals, '0'))
}

function faultOf({ leftBase, token }: BulkRefund.RefundCandidate, base: bigint | undefined): string | null {
  if (base === undefined) return `This is no amount of ${token.symbol}.`
  if (base === 0n) return 'Refund more than zero.'
  return base > BigInt(leftBase) ? 'The amount is more than what is left of it.' : null
}
