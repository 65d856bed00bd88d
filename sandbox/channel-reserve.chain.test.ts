import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Mppx as MppxClient, tempo as client } from 'mppx/client'
import { Mppx, Request, Store, tempo as server } from 'mppx/server'
import { createClient, http, type PrivateKeyAccount } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { Actions } from 'viem/tempo'
import { tempoLocalnet } from 'viem/tempo/chains'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { channelReserve } from './channel-reserve'
import { tokenBalance } from './evm'
import { fundPathUsd, pathUsd } from './tempo'
import { chains } from './testing/chains'

// Both ends are mppx, unmodified: what they take for the precompile must behave as one.

const price = 10_000n
const deposit = 1_000_000n
/** Of a transaction; fees are paid in pathUSD. */
const mostFeeBase = 50_000n

const payee = privateKeyToAccount(generatePrivateKey())
const payTo = privateKeyToAccount(generatePrivateKey()).address
const balanceOf = (address: string) => tokenBalance(chains().tempo, pathUsd, address as `0x${string}`)
const getClient = () => createClient({ chain: tempoLocalnet, transport: http(chains().tempo.url) })

async function fundedPayer(): Promise<PrivateKeyAccount> {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundPathUsd(chains().tempo, payer.address, 5_000_000n)
  return payer
}

type Shop = { url: string; store: Store.AtomicStore; server: Server }

/** A server that sells by sessions. Funds go to `payTo`; `payee` sends the transactions as its operator. */
async function openShop(feePayer?: PrivateKeyAccount): Promise<Shop> {
  const store = Store.memory()
  const mppx = Mppx.create({
    secretKey: 'a secret of at least thirty-two characters',
    realm: 'sluice.test',
    methods: [
      server.session({
        account: payee,
        operator: payee.address,
        recipient: payTo,
        currency: pathUsd,
        chainId: tempoLocalnet.id,
        getClient,
        store,
        amount: '0.01',
        unitType: 'request',
        suggestedDeposit: '1',
        ...(feePayer && { feePayer }),
      }),
    ],
  })
  const listener = Request.toNodeListener(async (request) => {
    const answer = await mppx.session({})(request)
    return answer.status === 402 ? answer.challenge : answer.withReceipt(Response.json({ sold: true }))
  })
  const running = createServer(listener)
  await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(running.address() as AddressInfo).port}/`, store, server: running }
}

let shop: Shop
beforeAll(async () => {
  await fundPathUsd(chains().tempo, payee.address, 10_000_000n)
  shop = await openShop()
})
afterAll(() => {
  shop.server.close()
  shop.server.closeAllConnections()
})

const manager = (account: PrivateKeyAccount) =>
  client.session.manager({ account, client: getClient(), maxDeposit: '1' })

describe('an mppx session', () => {
  test('pays exactly what was spent: open, vouchers, settle, top up, close', async () => {
    const payer = await fundedPayer()
    const session = manager(payer)
    for (let sold = 1n; sold <= 21n; sold++) {
      const answer = await session.fetch(shop.url)
      expect([answer.status, await answer.json()]).toEqual([200, { sold: true }])
      expect(answer.receipt).toMatchObject({ spent: String(sold * price), acceptedCumulative: String(sold * price) })
    }
    const channelId = session.channelId!
    const state = () => Actions.channel.getStates(getClient(), { channel: channelId })
    expect(await state()).toEqual({ settled: 0n, deposit, closeRequestedAt: 0 })

    await server.settle(shop.store, getClient(), channelId, { account: payee })
    expect(await state()).toEqual({ settled: 21n * price, deposit, closeRequestedAt: 0 })
    expect(await balanceOf(payTo)).toBe(21n * price)

    await session.topUp('0.5')
    expect(await state()).toEqual({ settled: 21n * price, deposit: deposit + 500_000n, closeRequestedAt: 0 })
    await session.fetch(shop.url)

    await session.close()
    expect(await state()).toEqual({ settled: 0n, deposit: 0n, closeRequestedAt: 0 })
    expect(await balanceOf(payTo)).toBe(22n * price)
    const paidBase = 5_000_000n - (await balanceOf(payer.address))
    // The rest are the fees of two transactions.
    expect(paidBase - 22n * price).toBeGreaterThan(0n)
    expect(paidBase - 22n * price).toBeLessThan(2n * mostFeeBase)
    // The unit that was put there before, so that its balance is never empty.
    expect(await balanceOf(channelReserve)).toBe(1n)
  })

  test('needs no approve and no other transaction of the payer', async () => {
    const payer = await fundedPayer()
    const nonce = () => chains().tempo.rpc<string>('eth_getTransactionCount', [payer.address, 'latest'])
    const before = await nonce()
    const mppx = MppxClient.create({
      polyfill: false,
      methods: [client.session({ account: payer, getClient, maxDeposit: '1' })],
    })
    expect((await mppx.fetch(shop.url)).status).toBe(200)
    expect(await nonce()).toBe(before)
  })

  test('of payers at the same time, each opens a channel of its own', async () => {
    const sessions: ReturnType<typeof manager>[] = []
    while (sessions.length < 6) sessions.push(manager(await fundedPayer()))
    const answers = await Promise.all(sessions.map((session) => session.fetch(shop.url)))
    expect(answers.map(({ status }) => status)).toEqual(sessions.map(() => 200))
    const channels = sessions.map(({ channelId }) => channelId!)
    expect(new Set(channels).size).toBe(channels.length)
    const states = await Actions.channel.getStates(getClient(), { channel: channels })
    expect(states.map((state) => state.deposit)).toEqual(channels.map(() => deposit))
  })

  test('opens and tops up at the expense of a sponsor', async () => {
    const sponsor = await fundedPayer()
    const payer = await fundedPayer()
    const sponsored = await openShop(sponsor)
    try {
      const session = manager(payer)
      expect((await session.fetch(sponsored.url)).status).toBe(200)
      await session.topUp('0.5')
      expect(await balanceOf(payer.address)).toBe(5_000_000n - deposit - 500_000n)
      expect(await balanceOf(sponsor.address)).toBeLessThan(5_000_000n)
      await session.close()
      expect(await balanceOf(payer.address)).toBe(5_000_000n - price)
    } finally {
      sponsored.server.close()
      sponsored.server.closeAllConnections()
    }
  })

  test('is refused when the payer cannot pay the deposit', async () => {
    const poor = privateKeyToAccount(generatePrivateKey())
    await fundPathUsd(chains().tempo, poor.address, deposit - 1n)
    const session = manager(poor)
    expect((await session.fetch(shop.url)).status).toBe(402)
  })
})
