import type { PaymentPayload, PaymentRequirements } from '@x402/core/types'
import { zeroAddress, type Address, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { signerFor } from '@/lib/chains'
import { evmNetwork } from '@/sandbox/evm'
import { spellingsOf } from '@/sandbox/testing/credential-fixture'
import { setUpDelegations, delegate, delegateTo, silentCode } from '@/sandbox/testing/delegation-fixture'
import {
  setUpFacilitator,
  balance,
  facilitator,
  payTo,
  requirements,
  sent,
  sign,
} from '@/sandbox/testing/facilitator-harness'
import { permit2Payer, signPermit2 } from '@/sandbox/testing/permit2-fixture'

setUpDelegations()
setUpFacilitator()

// Where there is code at the payer's address, tokens and Permit2 ask that, and so do verify and settle.

type Method = 'eip3009' | 'permit2' | 'upto'
type Signing = Pick<PrivateKeyAccount, 'address' | 'signTypedData'>
const methods: [Method, string][] = [
  ['eip3009', 'invalid_exact_evm_signature'],
  ['permit2', 'invalid_permit2_signature'],
  ['upto', 'invalid_permit2_signature'],
]

/** A cent from this account, and what is asked for it. */
async function pay(method: Method, payer: Signing): Promise<{ asked: PaymentRequirements; payload: PaymentPayload }> {
  if (method === 'eip3009') return { asked: requirements(), payload: await sign(payer as PrivateKeyAccount) }
  const facilitatorAddress = signerFor(evmNetwork, 'settlement')?.address as Address
  const isUpto = method === 'upto'
  const extra = { assetTransferMethod: 'permit2', ...(isUpto && { facilitatorAddress }) }
  const asked = requirements({ scheme: isUpto ? 'upto' : 'exact', extra })
  const signed = await signPermit2(payer, {
    amountBase: 10_000n,
    payTo,
    ...(isUpto && { facilitator: facilitatorAddress }),
  })
  return { asked, payload: { x402Version: 2, accepted: asked, payload: signed } as unknown as PaymentPayload }
}

const spelt = (payload: PaymentPayload, signature: Hex): PaymentPayload => ({
  ...payload,
  payload: { ...payload.payload, signature },
})

describe.each(methods)('by %s, an account whose key is delegated', (method, code) => {
  it('to code that takes nothing is refused, and nothing is sent', async () => {
    const payer = await permit2Payer(100_000n)
    await delegate(payer, silentCode)
    const { asked, payload } = await pay(method, payer)
    const before = [await sent(), await balance()]
    expect(await facilitator.verify(payload, asked)).toMatchObject({ isValid: false, invalidReason: code })
    expect(await facilitator.settle(payload, asked)).toMatchObject({ success: false, errorReason: code })
    expect([await sent(), await balance()]).toEqual(before)
    await delegate(payer, zeroAddress)
    expect(await facilitator.verify(payload, asked)).toMatchObject({ isValid: true })
  })

  it('to code that takes its owner’s signatures pays by those, and by no others', async () => {
    const [payer, owner] = [await permit2Payer(100_000n), privateKeyToAccount(generatePrivateKey())]
    await delegateTo(payer, owner.address)
    const byKey = await pay(method, payer)
    expect(await facilitator.verify(byKey.payload, byKey.asked)).toMatchObject({ isValid: false, invalidReason: code })
    const { asked, payload } = await pay(method, { address: payer.address, signTypedData: owner.signTypedData })
    const before = await balance()
    expect(await facilitator.verify(payload, asked)).toMatchObject({ isValid: true })
    expect(await facilitator.settle(payload, asked)).toMatchObject({ success: true })
    expect(await balance()).toBe(before + 10_000n)
  })

  it('to code that takes its own key’s signatures goes on paying', async () => {
    const payer = await permit2Payer(100_000n)
    await delegateTo(payer, payer.address)
    const { asked, payload } = await pay(method, payer)
    expect(await facilitator.verify(payload, asked)).toMatchObject({ isValid: true })
    expect(await facilitator.settle(payload, asked)).toMatchObject({ success: true })
  })

  it('after it was called valid sends nothing', async () => {
    const payer = await permit2Payer(100_000n)
    const { asked, payload } = await pay(method, payer)
    expect(await facilitator.verify(payload, asked)).toMatchObject({ isValid: true })
    await delegate(payer, silentCode)
    const before = [await sent(), await balance()]
    expect(await facilitator.settle(payload, asked)).toMatchObject({ success: false, errorReason: code })
    expect([await sent(), await balance()]).toEqual(before)
  })
})

describe.each(methods)('by %s, a signature in another spelling', (method) => {
  it.each(['yParity', 'highS', 'compact', 'upperCase'] as const)('%s moves the money, once', async (spelling) => {
    const payer = await permit2Payer(100_000n)
    const { asked, payload } = await pay(method, payer)
    const { signature } = payload.payload as { signature: Hex }
    const other = spelt(payload, spellingsOf(signature)[spelling])
    const before = await balance()
    expect(await facilitator.verify(other, asked)).toMatchObject({ isValid: true })
    expect(await facilitator.settle(other, asked)).toMatchObject({ success: true })
    expect(await facilitator.verify(payload, asked)).toMatchObject({ isValid: false })
    expect(await balance()).toBe(before + 10_000n)
  })
})
