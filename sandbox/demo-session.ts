import { tempo } from 'mppx/client'
import { createClient, erc20Abi, formatUnits, http, type Address, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { readContract } from 'viem/actions'
import { tempoLocalnet } from 'viem/chains'

/** A session by mppx's own manager, unmodified: one channel, a hundred vouchers, a stream, a top-up, a close, and the bill. */

export type SessionDemo = {
  baseUrl: string
  rpcUrl: string
  asset: Address
  payer: { privateKey: Hex; address: Address }
  payTo: Address
  resources: { session: string; stream: string }
}

const requests = 100
const events = 20
const decimals = 6

/** Buys, prints, and answers whether the money went exactly where it should. */
export async function buyBySession(demo: SessionDemo): Promise<boolean> {
  const account = privateKeyToAccount(demo.payer.privateKey)
  const client = createClient({ account, chain: tempoLocalnet, transport: http(demo.rpcUrl) })
  const manager = tempo.session.manager({ account, client, maxDeposit: '0.25' })
  const before = await held(demo, demo.payTo)
  try {
    const openedAt = performance.now()
    const first = await manager.fetch(demo.resources.session)
    if (!first.ok) throw new Error(`the first request answered ${first.status}: ${await first.text()}`)
    line('opened', `${manager.channelId} in ${ms(performance.now() - openedAt)}, its first request paid`)

    const latencies: number[] = []
    for (let index = 1; index < requests; index++) {
      const sentAt = performance.now()
      const response = await manager.fetch(demo.resources.session)
      await response.arrayBuffer()
      if (!response.ok) throw new Error(`request ${index + 1} answered ${response.status}`)
      latencies.push(performance.now() - sentAt)
    }
    latencies.sort((one, other) => one - other)
    const at = (part: number) => ms(latencies[Math.floor(latencies.length * part)] ?? 0)
    line('paid', `${requests} requests by vouchers, each in ${at(0.5)} (p99 ${at(0.99)}), nothing on chain`)

    const topUp = await manager.topUp('0.05')
    line('topped up', `0.05 more in escrow, transaction ${topUp?.txHash}`)

    let received = 0
    for await (const _ of await manager.sse(`${demo.resources.stream}?events=${events}`)) received++
    line('streamed', `${received} events, each paid before it came`)

    const closed = await manager.close()
    const spentBase = BigInt(closed?.spent ?? 0)
    line('closed', `transaction ${closed?.txHash}`)
    const earnedBase = (await held(demo, demo.payTo)) - before
    bill({
      spentBase,
      earnedBase,
      channelId: manager.channelId ?? '',
      baseUrl: demo.baseUrl,
      units: requests + received,
    })
    return spentBase === earnedBase && spentBase > 0n
  } catch (error) {
    line('failed', (error as Error).message)
    return false
  }
}

type Bill = { spentBase: bigint; earnedBase: bigint; channelId: string; baseUrl: string; units: number }

function bill({ spentBase, earnedBase, channelId, baseUrl, units }: Bill): void {
  const amount = (base: bigint) => `${formatUnits(base, decimals)} pathUSD`
  line(
    'bill',
    `${units} payments, ${amount(spentBase)} spent; the merchant got ${amount(earnedBase)}, the rest went back`,
  )
  line('on chain', '3 transactions: open, top up, close')
  line('dashboard', `${baseUrl}/channels/${channelId}\n`)
}

/** Base units of the token that an address holds. */
function held({ rpcUrl, asset }: SessionDemo, address: Address): Promise<bigint> {
  const client = createClient({ transport: http(rpcUrl) })
  return readContract(client, { address: asset, abi: erc20Abi, functionName: 'balanceOf', args: [address] })
}

function line(what: string, text: string): void {
  console.log(`   ${what.padEnd(9)} ${text}`)
}

function ms(duration: number): string {
  return `${Math.round(duration)} ms`
}
