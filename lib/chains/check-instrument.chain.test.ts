import { encodeFunctionData, keccak256, pad, parseAbi, toHex, type Address, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fundUsdc, usdc } from '@/sandbox/evm'
import { sendFromFaucet } from '@/sandbox/anvil'
import { fundPathUsd, pathUsd, tempoNetwork } from '@/sandbox/tempo'
import { startChainProxy, type ChainProxy } from '@/sandbox/testing/chain-proxy'
import { chains } from '@/sandbox/testing/chains'
import { payer, tempoTransaction } from '@/sandbox/testing/credential-fixture'
import { findAsset } from './Chain'
import { checkInstrument } from './check-instrument'
import * as Eip3009 from './Eip3009'
import { recoverSigner } from './signature'

const network = 'eip155:84532'
const payTo: Address = '0x90F79bf6EB2c4f870365E785982E1f101E93b906'
const wallet = privateKeyToAccount(generatePrivateKey())
const { evm, tempo } = chains()
let proxy: ChainProxy

beforeAll(async () => {
  proxy = await startChainProxy(evm.url)
  process.env.NETWORKS = JSON.stringify({
    [network]: { rpcUrls: [proxy.url] },
    [tempoNetwork]: { rpcUrls: [tempo.url] },
  })
  await fundUsdc(evm, wallet.address, 1_000n)
})
beforeEach(() => {
  proxy.calls.length = 0
  proxy.fault = () => 'forward'
})
afterAll(() => proxy.stop())

let nonces = 0

async function authorize(value: bigint): Promise<Eip3009.Eip3009Authorization> {
  const asset = findAsset(network, usdc)
  if (!asset) throw new Error('no asset')
  const message: Eip3009.Eip3009Message = {
    from: wallet.address,
    to: payTo,
    value: value.toString(),
    validAfter: '0',
    validBefore: '99999999999',
    nonce: pad(toHex(++nonces)),
  }
  const digest = Eip3009.digest(asset, message)
  const signature = await wallet.sign({ hash: digest })
  expect(recoverSigner(digest, signature)).toBe(wallet.address.toLowerCase())
  return { kind: 'eip3009', ...message, signature }
}

describe('checkInstrument', () => {
  it('answers the balance, and says what it lacks', async () => {
    expect(await checkInstrument(network, usdc.toLowerCase(), await authorize(1_000n))).toMatchObject({
      balanceBase: 1_000n,
    })
    await expect(checkInstrument(network, usdc, await authorize(1_001n))).rejects.toMatchObject({
      code: 'payment-insufficient',
      message: expect.stringContaining('0.001 USDC') as string,
    })
  })

  it('reads for many at once with few calls, and each gets its own answer', async () => {
    const amounts = Array.from({ length: 250 }, (_, index) => (index % 2 ? 5n : 5_000n))
    const instruments = await Promise.all(amounts.map(authorize))
    const results = await Promise.allSettled(instruments.map((one) => checkInstrument(network, usdc, one)))
    expect(results.map(({ status }) => status)).toEqual(
      amounts.map((value) => (value === 5n ? 'fulfilled' : 'rejected')),
    )
    expect(proxy.calls.length).toBeLessThanOrEqual(4)
  })

  it('refuses a nonce that the token has seen, which our calldata makes it see', async () => {
    const authorization = await authorize(1n)
    await sendFromFaucet(evm.rpc, usdc, Eip3009.transferData(authorization))
    await expect(checkInstrument(network, usdc, authorization)).rejects.toMatchObject({ code: 'verification-failed' })
    const vrs = await authorize(1n)
    await sendFromFaucet(evm.rpc, usdc, Eip3009.transferDataVrs(vrs))
    await expect(checkInstrument(network, usdc, vrs)).rejects.toMatchObject({ code: 'verification-failed' })
  })

  const stopping = parseAbi(['function setBlacklisted(address account, bool on)', 'function setPaused(bool on)'])
  const blacklist = (account: Address) => (on: boolean) =>
    encodeFunctionData({ abi: stopping, functionName: 'setBlacklisted', args: [account, on] })
  const pause = (on: boolean) => encodeFunctionData({ abi: stopping, functionName: 'setPaused', args: [on] })
  it.each([
    ['the payer', blacklist(wallet.address)],
    ['the recipient', blacklist(payTo)],
    ['every account', pause],
  ])('refuses what the token’s issuer stops: %s', async (_, data) => {
    await sendFromFaucet(evm.rpc, usdc, data(true))
    await expect(checkInstrument(network, usdc, await authorize(1n))).rejects.toMatchObject({
      code: 'verification-failed',
      extra: { reason: 'simulation' },
    })
    await sendFromFaucet(evm.rpc, usdc, data(false))
    expect(await checkInstrument(network, usdc, await authorize(1n))).toHaveProperty('balanceBase')
  })

  it.each([
    ['does not answer', 'swallow' as const],
    ['answers with an error', { error: { code: -32603, message: 'internal' } }],
    ['is rate limited', { error: { code: -32005, message: 'slow down' } }],
    ['answers nonsense', { result: '0x' as Hex }],
  ])('never blames the payer when the node %s', async (_, fault) => {
    proxy.fault = () => fault
    await expect(checkInstrument(network, usdc, await authorize(1n))).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('never blames the payer for a token that is not there', async () => {
    await expect(checkInstrument(network, payTo, await authorize(1n))).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('looks at the balance behind a signed Tempo transaction', async () => {
    await fundPathUsd(tempo, payer.address, 1_000_000n)
    const instrument = async (amount: bigint) => {
      const bytes = await tempoTransaction(undefined, { transfer: { amount } })
      const about = { from: payer.address, to: payTo, value: amount.toString(), expiresAtMs: 0 }
      return { kind: 'raw', ...about, bytes, hash: keccak256(bytes) } as const
    }
    const { balanceBase } = await checkInstrument(tempoNetwork, pathUsd, await instrument(10n))
    expect(balanceBase).toBeGreaterThanOrEqual(1_000_000n)
    await expect(checkInstrument(tempoNetwork, pathUsd, await instrument(balanceBase + 1n))).rejects.toMatchObject({
      code: 'payment-insufficient',
    })
  })
})
