import { keccak256, numberToHex, toHex, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chains } from '../testing/chains'
import { startFaultyNetwork, type FaultyNetwork, type FaultyNetworkOptions } from './network'
import { nodeAt, type Answer } from './node'

const gwei = 1_000_000_000n
const { evm } = chains()
const node = nodeAt(evm.url)
const mine = () => evm.rpc('evm_mine', [])
const setBaseFee = (wei: bigint) => evm.rpc('anvil_setNextBlockBaseFeePerGas', [numberToHex(wei)])

let faulty: FaultyNetwork
let signer: ReturnType<typeof privateKeyToAccount>

/** One signer and a chain that makes blocks by hand. */
async function start(options: Partial<FaultyNetworkOptions> = {}): Promise<void> {
  faulty = await startFaultyNetwork(evm.url, { seed: 1, ...options })
}

beforeEach(async () => {
  await evm.rpc('evm_setAutomine', [false])
  await evm.rpc('evm_setIntervalMining', [0])
  await setBaseFee(gwei)
  await mine()
  await setBaseFee(gwei)
  signer = privateKeyToAccount(generatePrivateKey())
  await evm.rpc('anvil_setBalance', [signer.address, toHex(10n ** 18n)])
})
afterEach(() => faulty.stop())

async function sign(
  nonce: number,
  maxFee = 10n * gwei,
  tip = gwei,
  chainId = 84_532,
): Promise<{ bytes: Hex; hash: Hex }> {
  const bytes = await signer.signTransaction({
    ...{ chainId, nonce, gas: 21_000n, maxFeePerGas: maxFee, maxPriorityFeePerGas: tip },
    ...{ to: '0x00000000000000000000000000000000000000aa', value: 1n },
  })
  return { bytes, hash: keccak256(bytes) }
}

const send = ({ bytes }: { bytes: Hex }, isPrivate = false) => faulty.pool.send(bytes, isPrivate)
const messageOf = (answer: Answer) => ('error' in answer ? answer.error.message : 'taken')
const receiptOf = (hash: Hex) => node.read<{ blockNumber: Hex } | null>('eth_getTransactionReceipt', [hash])
const changesOf = (hash: Hex) =>
  faulty.log.flatMap((entry) => (entry.what === 'pool' && entry.hash === hash ? [entry.change] : []))

describe('the pool', () => {
  it('takes a replacement only for a tenth more on both fields', async () => {
    await start()
    const first = await sign(0, 10n * gwei, gwei)
    expect(messageOf(await send(first))).toBe('taken')
    expect(messageOf(await send(first))).toBe('already known')
    for (const [maxFee, tip] of [
      [10n * gwei + 1n, gwei + 1n],
      [11n * gwei - 1n, 2n * gwei],
      [20n * gwei, (gwei * 105n) / 100n],
    ] as const)
      expect(messageOf(await send(await sign(0, maxFee, tip)))).toBe('replacement transaction underpriced')
    const second = await sign(0, 11n * gwei, (gwei * 11n) / 10n)
    expect(messageOf(await send(second))).toBe('taken')
    await mine()
    await faulty.pool.sync()
    expect(await receiptOf(first.hash)).toBeNull()
    expect(await receiptOf(second.hash)).not.toBeNull()
    expect(messageOf(await send(first))).toBe('nonce too low: next nonce 1, tx nonce 0')
  })

  it('wants more than a tenth when it is strict', async () => {
    await start({ isStrict: true, client: 'reth' })
    await send(await sign(0))
    expect(messageOf(await send(await sign(0, 11n * gwei, (gwei * 11n) / 10n)))).toMatch(/underpriced/)
    expect(messageOf(await send(await sign(0, 11n * gwei + 1n, (gwei * 11n) / 10n + 1n)))).toBe('taken')
  })

  it('keeps what is too cheap, and it gets in when the base fee has fallen', async () => {
    await start()
    await setBaseFee(50n * gwei)
    await mine()
    await setBaseFee(50n * gwei)
    const cheap = await sign(0)
    expect(await send(cheap)).toEqual({ result: cheap.hash })
    expect(changesOf(cheap.hash)).toEqual(['pooled', 'kept'])
    await mine()
    expect(await receiptOf(cheap.hash)).toBeNull()
    await setBaseFee(gwei)
    await mine()
    await faulty.pool.sync()
    await mine()
    expect(await receiptOf(cheap.hash)).not.toBeNull()
  })

  it('offers again what anvil threw out when the base fee rose', async () => {
    await start()
    const [one, two] = await Promise.all([sign(0), sign(1)])
    await send(one)
    await send(two)
    await setBaseFee(50n * gwei)
    await mine()
    await setBaseFee(gwei)
    await mine()
    await faulty.pool.sync()
    await mine()
    await faulty.pool.sync()
    expect(await receiptOf(two.hash)).not.toBeNull()
    expect(changesOf(one.hash)).toEqual(['pooled', 'offered-again', 'mined'])
  })

  it('takes back what a reorganisation undid', async () => {
    await start()
    const sent = await sign(0)
    await send(sent)
    await mine()
    await faulty.pool.sync()
    await evm.rpc('anvil_reorg', [1, []])
    await faulty.pool.sync()
    expect(await receiptOf(sent.hash)).toBeNull()
    await mine()
    await faulty.pool.sync()
    expect(await receiptOf(sent.hash)).not.toBeNull()
    expect(changesOf(sent.hash)).toEqual(['pooled', 'mined', 'reinjected', 'offered-again', 'mined'])
  })

  it('counts what is pooled without a gap, and knows transactions that anvil does not', async () => {
    await start()
    for (const nonce of [0, 1, 3]) await send(await sign(nonce))
    expect(await faulty.pool.pendingCount(signer.address)).toBe(2n)
    expect(await faulty.pool.evict((await sign(1)).hash)).toBe(true)
    expect(await faulty.pool.pendingCount(signer.address)).toBe(1n)
    await mine()
    await faulty.pool.sync()
    expect(faulty.pool.transactions().map(({ nonce }) => nonce)).toEqual([3n])
  })

  it('has room for so many of an account, when it is told so', async () => {
    await start({ slots: { executable: 2, queued: 1 } })
    for (const nonce of [0, 1, 2, 5, 6]) expect(messageOf(await send(await sign(nonce)))).toBe('taken')
    expect(faulty.pool.transactions().map(({ nonce }) => nonce)).toEqual([0n, 1n, 5n])
  })

  it('counts all that an account has pooled against its balance', async () => {
    await start()
    const costWei = 21_000n * 10n * gwei + 1n
    await evm.rpc('anvil_setBalance', [signer.address, toHex(costWei + 1n)])
    expect(messageOf(await send(await sign(0)))).toBe('taken')
    expect(messageOf(await send(await sign(1)))).toMatch(/^insufficient funds for gas \* price \+ value: balance/)
  })

  it('refuses another chain’s transactions, and speaks as its client', async () => {
    await start({ client: 'nethermind' })
    const sent = await sign(0)
    await send(sent)
    expect(messageOf(await send(sent))).toBe('AlreadyKnown')
    expect(messageOf(await send(await sign(0, 10n * gwei + 1n)))).toBe('ReplacementNotAllowed')
    expect(messageOf(await send(await sign(0, 10n * gwei, gwei, 1)))).toMatch(/InvalidTxChainId/)
  })

  it('refuses what has too little gas to begin with, which anvil would keep for ever', async () => {
    await start()
    const bytes = await signer.signTransaction({
      ...{ chainId: 84_532, nonce: 0, gas: 21_100n, maxFeePerGas: 10n * gwei, maxPriorityFeePerGas: gwei },
      ...{ to: signer.address, data: '0x00010203' },
    })
    expect(messageOf(await send({ bytes }))).toBe('intrinsic gas too low: gas 21100, minimum needed 21130')
  })

  it('learns that a transaction it never saw used a nonce', async () => {
    await start()
    const ours = await sign(0)
    await send(ours)
    const foreign = await sign(0, 100n * gwei, 50n * gwei)
    await node.read('eth_sendRawTransaction', [foreign.bytes])
    await mine()
    await faulty.pool.sync()
    expect(changesOf(ours.hash)).toEqual(['pooled', 'displaced'])
    expect(faulty.pool.transactions()).toEqual([])
  })

  it('holds private ones apart: no node shows them before they are mined', async () => {
    await start({ hasPrivate: true })
    const secret = await sign(0)
    const at = (url: string, method: string, params: readonly unknown[]) => {
      const provider = nodeAt(url)
      return provider.respond({ method, params }).finally(() => provider.close())
    }
    const hidden = faulty.private?.url ?? ''
    expect(await at(hidden, 'eth_sendPrivateTransaction', [{ tx: secret.bytes }])).toEqual({ result: secret.hash })
    const [first = ''] = faulty.urls
    expect(await at(first, 'eth_getTransactionByHash', [secret.hash])).toEqual({ result: null })
    expect(await at(first, 'eth_getTransactionCount', [signer.address, 'pending'])).toEqual({ result: '0x0' })
    expect(await at(first, 'eth_sendPrivateTransaction', [{ tx: secret.bytes }])).toMatchObject({
      error: { code: -32601 },
    })
    expect(await at(first, 'txpool_content', [])).toMatchObject({ error: { code: -32601 } })
    await mine()
    expect(await receiptOf(secret.hash)).not.toBeNull()
    expect(faulty.log.filter(({ what }) => what === 'send')).toMatchObject([{ isPrivate: true }, { isPrivate: true }])
  })
})
