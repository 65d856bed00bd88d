import { Chain, Erc20, readAgreed, Svm, type Log } from '@/lib/chains'
import { toAppError } from '@/lib/errors'
import { Amount, Caip } from '@/lib/money'
import type { PaymentView } from '@/lib/payments'

/** One thing that was compared. `isTrue` is undefined where it cannot be told. */
export type PurchaseCheck = { name: string; isTrue: boolean | undefined; detail: string }

type RpcLog = { address: string; topics: `0x${string}`[]; data: `0x${string}`; logIndex: string }
type RpcReceipt = { status: string; blockNumber: string; logs: RpcLog[] } | null
type Moved = { txHash: string; from: string; to: string; amountBase: string }

/**
 * Compares a payment with the chain at this moment: whether its receipt names its transaction, whether that is in a block, and whether
 * it moved exactly the amount; and the same for a refund that was paid. Asks the chain; writes nothing.
 */
export async function verifyPurchase(payment: PaymentView.PaymentDetail): Promise<PurchaseCheck[]> {
  const { txHash, network, token, amountBase, payer, payTo } = payment
  if (txHash === null)
    return [
      {
        name: 'Transfer',
        isTrue: undefined,
        detail: 'No transaction is known: nothing moved, or its outcome is not known yet.',
      },
    ]
  const paid = await checkTransfer(network.network, token, { txHash, from: payer, to: payTo, amountBase }, 'payment')
  const back = payment.refunds.flatMap(({ txHash: hash, to, amountBase: base, status }) =>
    hash !== null && status === 'paid' ? [{ txHash: hash, from: '', to, amountBase: base }] : [],
  )
  const refunds = await Promise.all(back.map((moved) => checkTransfer(network.network, token, moved, 'refund')))
  return [...checkReceipt(payment, txHash), ...paid, ...refunds.flat()]
}

/** The receipt that the agent got names the transaction that the books name. */
function checkReceipt({ receipt }: PaymentView.PaymentDetail, txHash: string): PurchaseCheck[] {
  const named = receipt.flatMap(({ decoded }) => {
    const { transaction, reference } = (decoded ?? {}) as { transaction?: unknown; reference?: unknown }
    return [transaction, reference].filter((value) => typeof value === 'string' && value.length > 40)
  })
  if (named.length === 0) return []
  const isTrue = named.every((value) => String(value).toLowerCase() === txHash.toLowerCase())
  return [
    {
      name: 'Receipt',
      isTrue,
      detail: isTrue
        ? 'It names the transaction of this payment.'
        : `It names ${named.join(', ')}, and the books ${txHash}.`,
    },
  ]
}

async function checkTransfer(
  network: string,
  token: PaymentView.PaymentDetail['token'],
  moved: Moved,
  what: string,
): Promise<PurchaseCheck[]> {
  const amount = `${Amount.toDecimal(BigInt(moved.amountBase), token.decimals)} ${token.symbol}`
  const name = what === 'payment' ? 'Transfer' : 'Refund'
  try {
    if (Chain.get(Caip.parse(network)).family === 'svm') return [await checkSolana(network, moved, name)]
    const receipt = await readAgreed<RpcReceipt>(Caip.parse(network), 'eth_getTransactionReceipt', [moved.txHash])
    if (!receipt) return [{ name, isTrue: false, detail: `The chain has no transaction ${moved.txHash}.` }]
    const found = receipt.logs.map(toLog).some((log) => isExact(log, token.address, moved))
    const where = `in block ${BigInt(receipt.blockNumber)}`
    const detail = found
      ? `The chain shows it ${where}: ${amount} to ${moved.to}.`
      : `The transaction ${where} does not move ${amount} to ${moved.to}.`
    return [{ name, isTrue: found && receipt.status === '0x1', detail }]
  } catch (error) {
    return [{ name, isTrue: undefined, detail: `The chain could not be asked: ${toAppError(error).message}` }]
  }
}

/** Of a refund only the receiver is known to the payer. */
function isExact(log: Log, asset: string, { from, to, amountBase }: Moved): boolean {
  const value = BigInt(amountBase)
  if (from !== '') return Erc20.isTransfer(log, { asset, from, to, value })
  const sender = log.topics[1]
  return sender !== undefined && Erc20.isTransfer(log, { asset, from: `0x${sender.slice(-40)}`, to, value })
}

async function checkSolana(network: string, { txHash }: Moved, name: string): Promise<PurchaseCheck> {
  const effects = await Svm.readEffects(Caip.parse(network), txHash)
  if (!effects) return { name, isTrue: false, detail: `The chain has no transaction ${txHash}.` }
  return { name, isTrue: effects.err === null, detail: `The chain shows it in slot ${effects.slot}.` }
}

function toLog({ address, topics, data, logIndex }: RpcLog): Log {
  return { address: address.toLowerCase(), topics, data, logIndex: Number(logIndex) } as Log
}
