import { db, sql } from '@/lib/db'
import type { MemberRole, MemberScope } from '@/lib/auth'

/** A merchant that a wallet may open. */
export type MerchantChoice = { id: string; slug: string; name: string; role: MemberRole | null }

/** A merchant as operators see it; times ISO 8601. */
export type MerchantRow = MerchantChoice & {
  createdAt: string
  resources: number
  members: number
  /** Whether the wallets of this server pay for it. */
  serverWallets: boolean
}

const choicesMax = 100

/** The merchants of a wallet, by name, for the switcher. Reads only. */
export async function listOwnMerchants({
  address,
}: Pick<MemberScope.MemberScope, 'address'>): Promise<MerchantChoice[]> {
  return db.query<MerchantChoice>(sql`
    SELECT m.id, m.slug, m.name, b.role::text FROM member b JOIN merchant m ON m.id = b.merchant_id
    WHERE b.address = ${address} ORDER BY m.name, m.id LIMIT ${choicesMax}`)
}
