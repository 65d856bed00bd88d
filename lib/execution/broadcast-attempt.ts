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
 * Sends the stored bytes of an attempt and records the node's answer. Only `funds` and `rejected` keep the transaction
 * from `submitted`, and even then nonce and bytes remain: only the chain decides. Private bytes go to the private
 * endpoint alone. Safe to repeat.
 * @param options `later`: `awaitOutcome`, which the caller calls next, records a positive answer, together with the
 * inclusion if that follows at once. If the process dies before that, the attempt stays `signed` and is sent again.
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
  // The key was used outside this server. Raise the counter, so that later transactions get free nonces.
  if (answer.kind === 'nonce-too-low' && Transaction.isOurs(transaction))
    await ensureSigner(transaction.network, transaction.purpose, transaction.signer).catch(() => undefined)
  return answer
}
