import { toHex, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { expect, it } from 'vitest'
import { faucet } from '@/sandbox/anvil'
import { evmNetwork, fundUsdc, tokenBalance, usdc } from '@/sandbox/evm'
import { permit2 } from '@/sandbox/permit2'
import { chains } from '@/sandbox/testing/chains'
import { permit2Payer, signPermit2 } from '@/sandbox/testing/permit2-fixture'
import { Chain, Eip2612, Eip3009, type Instrument } from '@/lib/chains'
import * as Batch from './Batch'

// What `Batch` reserves for each member must be enough, where every slot is new, and not absurdly more.

const { evm } = chains()
const asset = Chain.findAsset(evmNetwork, usdc)
const count = 12
const amountBase = 10_000n
const soon = String(Math.floor(Date.now() / 1000) + 3_600)

type Make = (payTo: Hex) => Promise<Instrument>

const byEip3009: Make = async (to) => {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(evm, payer.address, amountBase)
  const message = {
    from: payer.address,
    to,
    value: '10000',
    validAfter: '0',
    validBefore: soon,
    nonce: generatePrivateKey(),
  }
  const signature = await payer.sign({ hash: Eip3009.digest(asset!, message) })
  return { kind: 'eip3009', ...message, signature }
}

const byPermit2 =
  (isSponsored: boolean): Make =>
  async (to) => {
    const payer = await permit2Payer(amountBase, isSponsored ? 0n : amountBase)
    const { signature, permit2Authorization: signed } = await signPermit2(payer, { amountBase, payTo: to })
    const permit = { value: '10000', nonce: '0', deadline: soon }
    const hash = Eip2612.digest(asset!, payer.address, permit2, permit)
    return {
      ...{ kind: 'permit2', scheme: 'exact', from: payer.address, ...signed.witness, token: usdc, value: '10000' },
      ...{ nonce: signed.nonce, deadline: signed.deadline, signature },
      ...(isSponsored && { sponsor: { kind: 'eip2612', ...permit, signature: await payer.sign({ hash }) } }),
    } as Instrument
  }

it.each<[string, Make, boolean]>([
  ['EIP-3009', byEip3009, false],
  ['EIP-3009, packed', byEip3009, true],
  ['Permit2', byPermit2(false), true],
  ['Permit2 with its own permit', byPermit2(true), true],
])('a batch by %s has enough gas', async (_, make, hasSettler) => {
  const payments: Batch.MovingPayment[] = []
  const payees: Hex[] = []
  for (let index = 0; index < count; index++) {
    const payee = privateKeyToAccount(generatePrivateKey()).address
    payees.push(payee)
    const instrument = await make(payee)
    payments.push({ id: toHex(index), network: evmNetwork, asset: usdc, amountBase, instrument })
  }
  const call = Batch.toCall(payments, { hasSettler })
  if (call.kind !== 'call' || call.gasLimit === undefined) throw new Error('no batch')
  const { to, data, gasLimit } = call
  const hash = await evm.rpc<Hex>('eth_sendTransaction', [{ from: faucet, to, data, gas: toHex(gasLimit) }])
  await evm.rpc('evm_mine', [])
  const { gasUsed } = await evm.rpc<{ gasUsed: Hex }>('eth_getTransactionReceipt', [hash])
  for (const payee of payees) expect(await tokenBalance(evm, usdc, payee)).toBe(amountBase)
  const share = Number((BigInt(gasUsed) * 100n) / gasLimit)
  // USDC's proxy and a busier token take more than the sandbox's.
  expect(share).toBeLessThan(85)
  expect(share).toBeGreaterThan(40)
})
