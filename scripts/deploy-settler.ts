import { Settler } from '@/lib/chains'
import { createCtx } from '@/lib/ctx'
import { closeDb } from '@/lib/db'
import { Caip } from '@/lib/money'
import { deploySettler } from '@/lib/settlement'

/**
 * `npm run deploy:settler -- eip155:8453`: puts our settlement contract on a network, with the server's own environment. Batches of
 * several EIP-3009 payments go through it from then on, and through Multicall3 before.
 */
const [network] = process.argv.slice(2)
const waitMs = 120_000
try {
  if (network === undefined) throw new Error('usage: npm run deploy:settler -- NETWORK, for example eip155:8453')
  const ctx = createCtx({ kind: 'system', id: 'deploy-settler' })
  const outcome = await deploySettler(ctx, Caip.parse(network), waitMs)
  if (!outcome) console.log(`It stands at ${Settler.address} already.`)
  else if (outcome.kind === 'included') console.log(`Deployed to ${Settler.address} by ${outcome.hash}.`)
  else if (outcome.kind === 'unknown')
    console.log('Not in a block yet. A running server or worker goes on with it; the page Transactions shows it.')
  else throw new Error(`It was not deployed: ${outcome.reason}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
} finally {
  await closeDb()
}
