import { beforeEach, describe, expect, it } from 'vitest'
import type { Failpoint } from '@/lib/failpoint'
import { books, look, openSeller, type Seller } from '@/sandbox/testing/channel-fixture'
import { network } from '@/sandbox/testing/channel-rows-fixture'
import { chains } from '@/sandbox/testing/chains'
import { setUpSettlement, makeDue, openSpent } from '@/sandbox/testing/settlement-harness'
import { startGateway } from '@/sandbox/testing/shop-fixture'

setUpSettlement()

let seller: Seller
beforeEach(async () => {
  seller = await openSeller()
})

describe('a process that is killed', () => {
  const failpoints: Failpoint[] = [
    'before-commit',
    'after-sign',
    'after-attempt-commit',
    'after-broadcast',
    'after-inclusion',
  ]

  // Two processes start, and the second one has to find out that the first is dead.
  it.each(failpoints)('%s leaves a settlement that the next one finishes, once', async (failpoint) => {
    const one = await openSpent(seller, 10_000n)
    const two = await openSpent(seller, 20_000n)
    await makeDue()
    const jobs = { JOBS: 'in-process', NETWORKS: JSON.stringify({ [network]: { rpcUrls: [chains().tempo.url] } }) }
    const dying = await startGateway({ ...jobs, SLUICE_FAILPOINT: failpoint })
    await dying.exited
    const next = await startGateway(jobs)
    try {
      const isOpen = async ({ id }: typeof one) => {
        const { settledBase, settlementId } = await look(id)
        return settledBase === 0n || settlementId !== null
      }
      while ((await isOpen(one)) || (await isOpen(two))) await new Promise((resolve) => setTimeout(resolve, 100))
    } finally {
      await next.stop()
    }
    expect(await look(one.id)).toMatchObject({ settledBase: 10_000n, settlementId: null })
    expect(await look(two.id)).toMatchObject({ settledBase: 20_000n, settlementId: null })
    expect(await books(seller)).toEqual({ cash: 30_000n, revenue: 30_000n, receivable: 0n })
  })
})
