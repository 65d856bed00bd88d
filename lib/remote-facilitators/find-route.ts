import type { Payment } from '@/lib/payments'
import { readRoutes } from './read-routes'
import { type SettlementRoute } from './SettlementRoute'

const localOnly: SettlementRoute = { facilitators: [], local: true }

/**
 * The route for a payment's network and scheme; only this server if the merchant chose none. Facilitators with an open
 * circuit are left out.
 */
export async function findRoute({
  merchantId,
  network,
  scheme,
}: Pick<Payment.Payment, 'merchantId' | 'network'> & { scheme: string }): Promise<SettlementRoute> {
  const { targets, facilitators } = await readRoutes(merchantId)
  // MPP's charge is the same transfer as x402's exact.
  const chosen = targets.get(`${network}|${scheme === 'charge' ? 'exact' : scheme}`)
  if (!chosen) return localOnly
  return {
    facilitators: chosen.flatMap((target) => facilitators.get(target) ?? []).filter(({ state }) => state !== 'open'),
    local: chosen.includes('local'),
  }
}
