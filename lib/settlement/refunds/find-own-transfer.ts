import { createHeads } from '@/lib/execution'
import { labelToken, readAgreed, Svm, toLog, type RpcLog } from '@/lib/chains'
import { Caip } from '@/lib/money'
import { findTakenLogs, type Refund } from '@/lib/payments'
import * as OwnTransfer from './OwnTransfer'

type Receipt = { status: string; blockNumber: string; logs: RpcLog[] }

const notThere = 'The chain does not show this transaction yet.'
const taken: OwnTransfer.OwnTransferFinding = {
  kind: 'refused',
  reason: 'This transaction already pays another refund.',
  isFinal: true,
}

/**
 * Looks whether a transaction contains exactly the transfer of a refund: token, sender, receiver and amount, in a log that pays
 * nothing else and is not older than the payment. Two endpoints must agree. Reads only.
 * @throws RpcError | TransportError when the chain cannot be asked.
 */
export async function findOwnTransfer(
  refund: Refund.OwnRefund,
  txHash: string,
): Promise<OwnTransfer.OwnTransferFinding> {
  const used = await findTakenLogs(refund.network, txHash, refund.id)
  if (used.all) return taken
  return Caip.isSolana(refund.network) ? findOnSolana(refund, txHash, used.logs) : findOnEvm(refund, txHash, used.logs)
}

async function findOnEvm(
  refund: Refund.OwnRefund,
  txHash: string,
  used: ReadonlySet<number>,
): Promise<OwnTransfer.OwnTransferFinding> {
  const { network, asset, paymentBlock } = refund
  const receipt = await readAgreed<Receipt | null>(network, 'eth_getTransactionReceipt', [txHash])
  if (!receipt) return { kind: 'unknown', reason: notThere }
  const blockNumber = BigInt(receipt.blockNumber)
  const final = await createHeads(network).final()
  const isFinal = final !== undefined && final.number >= blockNumber
  const refused = (reason: string): OwnTransfer.OwnTransferFinding => ({ kind: 'refused', reason, isFinal })
  if (receipt.status !== '0x1') return refused('This transaction reverted: it moved nothing.')
  if (paymentBlock !== null && blockNumber < paymentBlock)
    return refused('This transaction is older than the payment, so it cannot be its refund.')
  const found = OwnTransfer.find(refund, receipt.logs.map(toLog), used, labelToken(network, asset))
  return typeof found === 'string' ? refused(found) : { kind: 'seen', logIndex: found, blockNumber, isFinal }
}

/** A transaction on Solana shows how much each account changed, so it pays at most one refund to an account. */
async function findOnSolana(
  refund: Refund.OwnRefund,
  signature: string,
  used: ReadonlySet<number>,
): Promise<OwnTransfer.OwnTransferFinding> {
  const { network, asset, wallet, to, amountBase, paymentBlock } = refund
  const effects = await Svm.readEffects(network, signature)
  if (!effects) return { kind: 'unknown', reason: notThere }
  const isFinal = (await Svm.readFinal(network, signature)) !== undefined
  const refused = (reason: string): OwnTransfer.OwnTransferFinding => ({ kind: 'refused', reason, isFinal })
  if (effects.err !== null) return refused('This transaction failed: it moved nothing.')
  if (paymentBlock !== null && effects.slot < paymentBlock)
    return refused('This transaction is older than the payment, so it cannot be its refund.')
  const changed = (account: string, changeBase: bigint) =>
    effects.changes.find(
      (change) => change.account === account && change.mint === asset && change.changeBase === changeBase,
    )
  const given = changed(Svm.Ata.of(to, asset), amountBase)
  if (!given || !changed(Svm.Ata.of(wallet, asset), -amountBase))
    return refused(`This transaction does not send exactly the amount from ${wallet} to ${to}.`)
  if (used.has(given.accountIndex)) return taken
  return { kind: 'seen', logIndex: given.accountIndex, blockNumber: effects.slot, isFinal }
}
