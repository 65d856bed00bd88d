import { Receipt } from 'mppx'
import { Mppx } from 'mppx/client'
import { channelSats, type LndAccess } from './lightning/client'
import { lightningMethod } from './lightning/mppx-method'

/** The members of the demo's contract that are used here. */
type LightningDemo = {
  baseUrl: string
  resources: { dossier: string }
  lightning: { network: string; agent: LndAccess; seller: LndAccess }
}

/** An agent with a node of its own buys one answer. True if the seller's channel grew by what the agent's lost. */
export async function buyByLightning({ baseUrl, resources, lightning }: LightningDemo): Promise<boolean> {
  console.log(`── MPP lightning charge, by mppx, on ${lightning.network}: ${resources.dossier}`)
  const agent = Mppx.create({ polyfill: false, methods: [lightningMethod(lightning.agent)] })
  const startedAt = performance.now()
  try {
    const before = await balancesOf(lightning)
    const response = await agent.fetch(resources.dossier, { headers: { 'accept-payment': 'lightning/charge' } })
    const body = await response.text()
    const tookMs = Math.round(performance.now() - startedAt)
    console.log(`   answer    ${response.status} in ${tookMs} ms: ${body.slice(0, 160)}`)
    const header = response.headers.get('payment-receipt')
    const receipt = header === null ? undefined : Receipt.deserialize(header)
    if (receipt) console.log(`   receipt   ${JSON.stringify(receipt, null, 2).replaceAll('\n', '\n             ')}`)
    const after = await balancesOf(lightning)
    for (const who of ['agent', 'seller'] as const)
      console.log(`   ${who.padEnd(9)} ${before[who]} -> ${after[who]} sat  (${signed(after[who] - before[who])})`)
    const id = response.headers.get('sluice-payment')
    if (id) console.log(`   dashboard ${baseUrl}/payments/${id}`)
    console.log('')
    const earned = after.seller - before.seller
    return response.ok && receipt?.method === 'lightning' && earned > 0n && earned === before.agent - after.agent
  } catch (error) {
    console.log(`   failed    ${(error as Error).message}\n`)
    return false
  }
}

async function balancesOf({ agent, seller }: LightningDemo['lightning']) {
  const [agentSats, sellerSats] = await Promise.all([channelSats(agent), channelSats(seller)])
  return { agent: agentSats, seller: sellerSats }
}

const signed = (change: bigint) => (change > 0n ? `+${change}` : String(change))
