import { encodeFunctionData, type Address, type Hex } from 'viem'
import { expect, it } from 'vitest'
import { evmNetwork, tokenBalance, usdc } from '@/sandbox/evm'
import { chains } from '@/sandbox/testing/chains'
import { setUpPermit2, call, sell, sign, type Required, type Shop } from '@/sandbox/testing/permit2-harness'
import { startGateway } from '@/sandbox/testing/shop-fixture'
import {
  setUpAccountFactory,
  allow,
  callsOf,
  deployments,
  factory,
  factoryAbi as abi,
  isThere,
  newAccount,
  type SmartAccount,
  type Wrapping,
} from '@/sandbox/testing/smart-account-fixture'
import { addressesFor } from '@/lib/chains'

setUpPermit2()
setUpAccountFactory()

// Payers whose account is deployed by their first payment (ERC-6492): refused unless the factory is allowed, and sent by
// an execution key.

const { evm } = chains()

async function pay(shop: Shop, { signing }: SmartAccount, wrapping?: Wrapping): Promise<Response> {
  const same = (required: Required) => required
  return call(shop.path, (await sign(shop.path, signing(wrapping) as never, 'eip3009', same)).headers)
}

const held = (address: Address) => tokenBalance(evm, usdc, address)

it('is refused if no call is allowed, only another call is allowed, or the resource refuses contracts', async () => {
  const account = await newAccount()
  const shop = await sell({ contracts: true })
  allow()
  const refused = await pay(shop, account)
  expect([refused.status, await refused.text()]).toEqual([402, expect.stringContaining('Nothing is deployed here')])
  allow(...callsOf('0x5a00000000000000000000000000000000000011'), ...callsOf(factory).slice(1))
  const other = await pay(shop, account)
  expect([other.status, await other.text()]).toEqual([402, expect.stringContaining('not made here')])
  allow(...callsOf(factory))
  const plain = await pay(await sell(), account)
  expect([plain.status, await plain.text()]).toEqual([402, expect.stringContaining('6492')])
  expect(await deployments()).toEqual([])
})

it('is deployed once by an execution key, pays, and is used again later', async () => {
  allow(...callsOf(factory))
  const [account, shop] = [await newAccount(), await sell({ contracts: true })]
  const answers = await Promise.all([pay(shop, account), pay(shop, account)])
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(await isThere(account.address)).toBe(true)
  expect((await pay(shop, account)).status).toBe(200)
  expect([await held(account.address), await held(shop.payTo)]).toEqual([1_000_000n - 30_000n, 30_000n])
  const [deployed, ...more] = await deployments()
  expect(more).toEqual([])
  expect(deployed).toMatchObject({
    purpose: 'execution',
    status: expect.stringMatching(/included|safe|final/) as string,
  })
  expect(addressesFor(evmNetwork, 'settlement')).not.toContain(deployed?.signer)
})

it.each(['after-enqueue', 'after-attempt-commit', 'after-broadcast'])(
  'is deployed once, and every charge was served, if the process is killed %s',
  async (point) => {
    allow(...callsOf(factory))
    const [account, shop, before] = [await newAccount(), await sell({ contracts: true }), (await deployments()).length]
    const { headers } = await sign(shop.path, account.signing() as never, 'eip3009', (required) => required)
    const env = { JOBS: 'off', DEPLOY_FACTORIES: callsOf(factory).join(), SLUICE_FAILPOINT: point }
    const dying = await startGateway({ ...env, UPSTREAM_ALLOW: process.env.UPSTREAM_ALLOW ?? '' })
    await expect(fetch(dying.url + shop.path, { headers })).rejects.toThrow()
    await dying.exited
    // Another process continues: here the tasks of this one, and the agent's repeat.
    const status = async () => (await call(shop.path, headers)).status
    await expect.poll(status, { interval: 500 }).not.toBeOneOf([409, 425, 503])
    const isServed = (await status()) === 200
    expect([await held(account.address), await held(shop.payTo)]).toEqual(
      isServed ? [990_000n, 10_000n] : [1_000_000n, 0n],
    )
    await expect.poll(() => isThere(account.address)).toBe(true)
    expect((await deployments()).length - before).toBe(1)
    // It can pay now, whether or not the first payment succeeded.
    expect((await pay(shop, account)).status).toBe(200)
    expect((await deployments()).length - before).toBe(1)
  },
)

it('is refused before anything is sent if its deployment creates another account, burns its gas, or is invalid', async () => {
  allow(...callsOf(factory))
  const shop = await sell({ contracts: true })
  const before = await deployments()
  const account = await newAccount()
  const other = encodeFunctionData({ abi, functionName: 'createOther', args: [account.owner.address, 9n] })
  const burn = encodeFunctionData({ abi, functionName: 'burn' })
  for (const data of [other, burn, burn.slice(0, 10) as Hex]) {
    const answer = await pay(shop, account, { data })
    expect([answer.status, await answer.text()]).toEqual([402, expect.stringContaining('makes no account')])
  }
  const stranger = await newAccount()
  const foreign = { ...account, signing: () => ({ ...stranger.signing(), address: account.address }) }
  expect((await pay(shop, foreign)).status).toBe(402)
  // Those before may become final meanwhile: what counts is that none was added.
  expect((await deployments()).length).toBe(before.length)
  expect(await isThere(account.address)).toBe(false)
  expect(await held(account.address)).toBe(1_000_000n)
})
