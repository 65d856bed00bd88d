import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { consumeNonce } from '../consume-nonce'
import * as Nonce from '../Nonce'
import { readSigned, refused } from '../prove-wallet'
import { linkBinding, linkStatement, walletsMax } from './WalletLink'

/**
 * Links the wallet that signed `beginWalletLink`'s challenge to the wallet that is signed in: from now on each sees what all wallets of
 * this person paid. Both are proved, one by its session and one by its signature. Not idempotent: a signature is used once.
 * @param wallet canonical address of the session, proved. @param input { message, signature } as the other wallet made them.
 * @returns the linked wallet.
 * @throws AppError not-signed-in for a wrong signature; stale-state if the wallet is linked already, here or elsewhere; bad-input
 *   for the signed-in wallet itself and for one too many.
 */
export async function linkWallet(ctx: Ctx, wallet: string, input: unknown): Promise<string> {
  const signed = readSigned(input)
  if (!signed.nonce || !Nonce.isOurs(signed.nonce, linkBinding(wallet), signed.issuedAtMs))
    throw refused('This signature was requested for another wallet, or too long ago. Sign again.')
  const fault = signed.findFault(ctx.now(), linkStatement(wallet))
  if (fault) throw refused(fault)
  const linked = await signed.prove()
  if (linked === undefined) throw refused('The signature is not of the wallet that the message names.')
  if (linked === wallet)
    throw new AppError('bad-input', 'This wallet is signed in already. Choose another account in your wallet and sign.')
  await consumeNonce(signed.nonce)
  await withTransaction(async (tx) => {
    await lockWallets(tx, [wallet, linked])
    await insertLink(tx, ctx.id(), wallet, linked)
    await recordEvent(tx, ctx, { type: 'wallet.linked', data: { wallet }, sensitive: { linked } })
  })
  return linked
}

/** Two links of the same wallets at once wait for each other, in one order, so that they never block each other for good. */
async function lockWallets(tx: Tx, wallets: readonly string[]): Promise<void> {
  for (const wallet of wallets.toSorted())
    await tx.query(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`wallet-link|${wallet}`}, 0))`)
}

async function insertLink(tx: Tx, newPersonId: string, wallet: string, linked: string): Promise<void> {
  // Writes nothing to a row that is there, but locks it and returns its person.
  const [own] = await tx.query<{ personId: string }>(sql`
    INSERT INTO wallet_link (wallet, person_id) VALUES (${wallet}, ${newPersonId}::uuid)
    ON CONFLICT (wallet) DO UPDATE SET wallet = EXCLUDED.wallet RETURNING person_id`)
  const personId = own?.personId ?? newPersonId
  const added = await tx.execute(sql`
    INSERT INTO wallet_link (wallet, person_id) VALUES (${linked}, ${personId}::uuid) ON CONFLICT (wallet) DO NOTHING`)
  if (added === 0)
    throw new AppError(
      'stale-state',
      'This wallet is linked already. To link it here, sign in with it and unlink it first.',
    )
  const [known] = await tx.query<{ count: bigint }>(
    sql`SELECT count(*) FROM wallet_link WHERE person_id = ${personId}::uuid`,
  )
  if (Number(known?.count ?? 0) > walletsMax)
    throw new AppError('bad-input', `At most ${walletsMax} wallets can be linked. Unlink one first.`)
}
