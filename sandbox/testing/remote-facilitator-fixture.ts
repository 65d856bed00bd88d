import { randomUUID } from 'node:crypto'
import { db, sql } from '@/lib/db'
import { forgetRoutes } from '@/lib/remote-facilitators'
import { evmNetwork } from '../evm'

/** Long enough for a busy machine; shorter for one that never answers. */
const patienceMs = (url: string) => (url.includes('hang') ? 1_000 : 10_000)

/** Puts an upstream facilitator into a merchant's list. @returns its id. */
export async function addUpstream(merchantId: string, url: string, timeoutMs = patienceMs(url)): Promise<string> {
  const id = randomUUID()
  await db.execute(sql`
    INSERT INTO facilitator_upstream (id, merchant_id, name, url, timeout_ms)
    VALUES (${id}, ${merchantId}::uuid, ${`${new URL(url).pathname} ${id.slice(0, 4)}`}, ${url}, ${timeoutMs})`)
  return id
}

/** Sets the merchant's route for a network and scheme, in order of preference. */
export async function routeTo(
  merchantId: string,
  targets: readonly string[],
  { network = evmNetwork, scheme = 'exact' }: { network?: string; scheme?: string } = {},
): Promise<void> {
  await db.execute(sql`
    INSERT INTO facilitator_route (merchant_id, network, scheme, targets)
    VALUES (${merchantId}::uuid, ${network}, ${scheme}, ${targets}::text[])
    ON CONFLICT (merchant_id, network, scheme) DO UPDATE SET targets = excluded.targets`)
  forgetRoutes(merchantId)
}
