import type { Ctx } from '../ctx'
import { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction, type Tx } from '@/lib/db'
import { notifyPayerChanged } from './notify-payer-changed'
import { parseNote, parseWallet, unnoted, type PayerNote } from './Payer'

/**
 * Sets the note of the scope's merchant about a wallet, whether it has paid or not. An allow or deny rule applies in every
 * process from the next credential on. May be called twice; a change of nothing writes nothing.
 * @param address of any network, as typed.
 * @returns the wallet's canonical address.
 * @throws AppError bad-input, not-allowed
 */
export async function setNote(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  address: string,
  input: unknown,
): Promise<string> {
  const wallet = parseWallet(address)
  const note = parseNote(input)
  const { merchantId } = scope
  MemberScope.assertMay(scope, merchantId, 'customers')
  await withTransaction(async (tx) => {
    const before = await lock(tx, merchantId, wallet, scope.address)
    const changes = diff(before, note)
    const personal = personalChanges(before, note)
    if (Object.keys(changes).length === 0 && Object.keys(personal).length === 0) return
    await tx.execute(sql`
      UPDATE payer_note SET label = ${note.label}, stance = ${note.stance}::payer_stance, ours = ${note.ours},
        country = ${note.country}, vat_id = ${note.vatId},
        updated_by = ${scope.address}, updated_at = now()
      WHERE merchant_id = ${merchantId}::uuid AND wallet = ${wallet}`)
    await recordEvent(tx, ctx, {
      type: 'payer.noted',
      merchantId,
      data: { wallet, changes },
      ...(Object.keys(personal).length > 0 && { sensitive: personal }),
    })
    if (changes.stance) await notifyPayerChanged(tx, merchantId)
  })
  return wallet
}

/** The row, locked; inserted first if it is missing, so that of two writers one waits for the other. */
async function lock(tx: Tx, merchantId: string, wallet: string, by: string): Promise<PayerNote> {
  await tx.execute(sql`
    INSERT INTO payer_note (merchant_id, wallet, updated_by) VALUES (${merchantId}::uuid, ${wallet}, ${by})
    ON CONFLICT (merchant_id, wallet) DO NOTHING`)
  const [row] = await tx.query<PayerNote>(sql`
    SELECT label, stance::text, ours, country, vat_id FROM payer_note
    WHERE merchant_id = ${merchantId}::uuid AND wallet = ${wallet} FOR UPDATE`)
  return row ?? unnoted
}

/** What may name a person: a new label, country or VAT id. */
function personalChanges(before: PayerNote, after: PayerNote): Record<string, string> {
  const names = ['label', 'country', 'vatId'] as const
  return Object.fromEntries(names.flatMap((name) => (before[name] === after[name] ? [] : [[name, after[name]]])))
}

type Change<Value> = { from: Value; to: Value }

function diff(before: PayerNote, after: PayerNote): { stance?: Change<string>; ours?: Change<boolean> } {
  return {
    ...(before.stance !== after.stance && { stance: { from: before.stance, to: after.stance } }),
    ...(before.ours !== after.ours && { ours: { from: before.ours, to: after.ours } }),
  }
}
