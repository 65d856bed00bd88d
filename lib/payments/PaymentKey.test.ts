import { expect, it } from 'vitest'
import type { AppError } from '@/lib/errors'
import * as PaymentKey from './PaymentKey'

const payer = '0x036CbD53842c5426634e7929541eC2318f3dCF7e'
const typo = '0x036CbD53842c5426634e7929541eC2318f3dC7Fe'
const nonce = `0x${'ab'.repeat(32)}`

function faultOf(text: string, about: { payer?: string } = {}): string | undefined {
  try {
    PaymentKey.parse(text, about)
    return undefined
  } catch (error) {
    const { code, fields } = error as AppError
    return `${code} ${fields[0]?.field} ${fields[0]?.message}`
  }
}

it('names a payer by its address, whose checksum has to fit', () => {
  expect(PaymentKey.parse(nonce, { payer })).toMatchObject({ payer: payer.toLowerCase() })
  expect(faultOf(nonce, { payer: typo })).toMatch(/^bad-input payer .*checksum/)
  expect(faultOf(nonce, { payer: '0x12' })).toMatch(/^bad-input payer .*40 hex digits/)
})

it('reads a claim, in which addresses stand too', () => {
  const claim = (from: string) => `eip3009|eip155:84532|${payer}|${from}|${nonce}`
  expect(PaymentKey.parse(claim(payer), {})).toMatchObject({ kind: 'claim' })
  expect(faultOf(claim(typo))).toMatch(/^bad-input id .*checksum/)
})
