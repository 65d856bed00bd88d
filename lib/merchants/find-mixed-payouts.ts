import { addressesFor, purposeOf, purposes, servedNetworks, type CallPurpose } from '@/lib/chains'
import { prisma } from '@/lib/db'
import { Caip, type Caip2 } from '@/lib/money'

/** A resource whose revenue goes to an address that signs for this server. */
export type MixedPayout = { resourceId: string; resource: string; network: Caip2; payTo: string; purpose: CallPurpose }

/** Every resource that is paid to one of our signers: a signer holds gas only, and revenue there is mixed with it. */
export async function findMixedPayouts(): Promise<MixedPayout[]> {
  const signers = servedNetworks().flatMap((network) => purposes.flatMap((purpose) => addressesFor(network, purpose)))
  const rows = await prisma().resourcePayout.findMany({
    where: { payTo: { in: signers, mode: 'insensitive' } },
    include: { resource: { select: { name: true } } },
    orderBy: [{ network: 'asc' }, { resourceId: 'asc' }],
  })
  return rows.flatMap(({ network: named, payTo, resourceId, resource }) => {
    const network = Caip.parse(named)
    const purpose = purposeOf(network, payTo)
    return purpose ? [{ resourceId, resource: resource.name, network, payTo, purpose }] : []
  })
}
