import { Svm, type Call } from '@/lib/chains'
import { json, sql, type Tx } from '@/lib/db'

/** How long the process that queued it has before `submitDue` looks at it. */
const headStartMs = 1_000

/**
 * Stores a Solana transaction: the payer's with our signature and its bytes, stored before they are sent; our own by
 * its instructions. Returns the data of its audit event.
 */
export async function insertSvm(
  tx: Tx,
  id: string,
  call: Extract<Call, { kind: 'svm' }>,
): Promise<Record<string, unknown>> {
  const { network, purpose, signer: address } = call
  const signer = Svm.svmSignerFor(network, purpose, address)
  if (!signer) throw new Error(`there is no key of ${address} for ${purpose} on ${network}`)
  const dueAt = sql`now() + make_interval(secs => ${headStartMs / 1000})`
  if ('instructions' in call) {
    await tx.execute(sql`
      INSERT INTO transaction (id, network, kind, signer, purpose, instructions, due_at)
      VALUES (${id}::uuid, ${network}, 'svm', ${address}, ${purpose}, ${json(call.instructions)}::jsonb, ${dueAt})`)
    return { signer: address, instructions: call.instructions.length }
  }
  const payment = Svm.SvmPayment.read(Buffer.from(call.bytes.slice(2), 'hex').toString('base64'))
  const signature = signer.sign(payment.message)
  const hash = Svm.toBase58(signature)
  const { unitPrice, units } = payment
  await tx.execute(sql`
    WITH stored AS (
      INSERT INTO transaction (id, network, kind, signer, purpose, status, due_at)
      VALUES (${id}::uuid, ${network}, 'svm', ${address}, ${purpose}, 'signed', ${dueAt})
      RETURNING id)
    INSERT INTO attempt (hash, transaction_id, seq, raw, max_fee_per_gas, tip_per_gas, gas)
    SELECT ${hash}, id, 1, ${Svm.SvmPayment.seal(signature, payment)}, ${unitPrice}, ${unitPrice}, ${units} FROM stored`)
  return { signer: address, hash, units, unitPriceMicroLamports: unitPrice }
}
