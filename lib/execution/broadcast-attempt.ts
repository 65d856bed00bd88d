import type { Ctx } from '../ctx'
import { failpoint } from '../failpoint'
import { sendRaw, Svm, type SendAnswer } from '@/lib/chains'
import { Caip } from '@/lib/money'
import { ensureSigner } from './signers/ensure-signer'
import { noteSent } from './in-process'
import { toHex } from './bytes'
import * as Transaction from './Transaction'
import { recordAnswer } from './record-answer'

/**
 * Sends the stored bytes of an attempt and writes down what the node answered. Only `funds` and `rejected` keep a call from
 * being submitted, and even then its nonce and bytes stay: whatever was said, the chain decides. Private bytes go to the
 * private endpoint alone. Safe to repeat.
 * @param options `later`: bytes that a node took are written down by `awaitOutcome`, which the caller calls next: with the inclusion
 *   where that comes at once. A process that dies before that leaves them as signed, and they are sent again.
 */
export async function broadcastAttempt(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  { hash, raw, private: isPrivate }: { hash: string; raw: Buffer; private: boolean },
  options: { later?: boolean } = {},
): Promise<SendAnswer> {
  const { network } = transaction
  const beganAtMs = performance.now()
  const answer = Caip.isSolana(network)
    ? await Svm.sendSvm(network, raw)
    : await sendRaw(network, toHex(raw), { private: isPrivate })
  failpoint('after-broadcast')
  const answered = { transaction, hash, answer }
  const isTaken = answer.kind === 'accepted' || answer.kind === 'known'
  noteSent(transaction, hash, ctx, { beganAtMs, answered: options.later && isTaken ? answered : undefined })
  if (!options.later || !isTaken) await recordAnswer(ctx, answered)
  // Somebody used this key elsewhere: later transactions must not run into the same nonces.
  if (answer.kind === 'nonce-too-low' && Transaction.isOurs(transaction))
    await ensureSigner(transaction.network, transaction.purpose, transaction.signer).catch(() => undefined)
  return answer
}
