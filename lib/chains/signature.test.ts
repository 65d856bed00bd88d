import { randomBytes } from 'node:crypto'
import { bytesToHex, hexToBytes, keccak256, parseTransaction, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { spellingsOf } from '@/sandbox/testing/credential-fixture'
import { javascriptCurve, nativeCurve, recoverSigner, spellOut, type Curve } from './signature'
import { createSigner } from './signers/local'

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const account = privateKeyToAccount('0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d')
const address = account.address.toLowerCase()
const digest = bytesToHex(randomBytes(32))

/** The other signature that the curve accepts for the same digest. */
function twin(signature: Hex): Hex {
  const s = (order - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, '0')
  return `${signature.slice(0, 66)}${s}${signature.endsWith('1b') ? '1c' : '1b'}` as Hex
}

const curves: (readonly [string, Curve | undefined])[] = [
  ['native', nativeCurve],
  ['javascript', javascriptCurve],
]

describe.each(curves)('recoverSigner on the %s curve', (_, curve) => {
  const recover = (signature: Hex, message: Hex = digest) => recoverSigner(message, signature, curve)

  it('is there', () => expect(curve).toBeDefined())

  it('names the signer, lower-case', async () => {
    expect(recover(await account.sign({ hash: digest }))).toBe(address)
  })

  it('refuses the malleable twin', async () => {
    const signature = await account.sign({ hash: digest })
    expect(() => recover(twin(signature))).toThrow('low s')
  })

  it('refuses other lengths and other endings', async () => {
    const signature = await account.sign({ hash: digest })
    expect(() => recover(signature.slice(0, -2) as Hex)).toThrow('65 bytes')
    expect(() => recover(`${signature}00`)).toThrow('65 bytes')
    expect(() => recover(`${signature.slice(0, -2)}00` as Hex)).toThrow('27 or 28')
    expect(() => recover(`${signature.slice(0, -2)}01` as Hex)).toThrow('27 or 28')
  })

  it('refuses zeros and an r that is no point', () => {
    const zero = '0'.repeat(64)
    const one = `${'0'.repeat(63)}1`
    expect(() => recover(`0x${zero}${one}1b`)).toThrow(TypeError)
    expect(() => recover(`0x${one}${zero}1b`)).toThrow(TypeError)
    expect(() => recover(`0x${'f'.repeat(64)}${one}1b`)).toThrow(TypeError)
    // x = 5 is on no point of the curve.
    expect(() => recover(`0x${'0'.repeat(63)}5${one}1b`)).toThrow(TypeError)
  })

  it('recovers another address for another digest', async () => {
    const signature = await account.sign({ hash: digest })
    expect(recover(signature, bytesToHex(randomBytes(32)))).not.toBe(address)
  })
})

it('both curves agree on random bytes', () => {
  const judge = (signature: Hex, curve: Curve | undefined) => {
    try {
      return recoverSigner(digest, signature, curve)
    } catch {
      return 'refused'
    }
  }
  for (let round = 0; round < 60; round++) {
    const low = randomBytes(64)
    low[32] = (low[32] ?? 0) & 0x7f
    const signature: Hex = `${bytesToHex(low)}${round % 2 ? '1b' : '1c'}`
    expect(judge(signature, nativeCurve)).toBe(judge(signature, javascriptCurve))
  }
})

it('both curves sign the same, with a low s', () => {
  const key = hexToBytes('0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d')
  for (let round = 0; round < 20; round++) {
    const message = new Uint8Array(randomBytes(32))
    expect(nativeCurve?.sign(message, key)).toEqual({
      compact: expect.anything() as unknown,
      recoveryId: javascriptCurve.sign(message, key).recoveryId,
    })
    expect(bytesToHex(nativeCurve?.sign(message, key).compact ?? new Uint8Array())).toBe(
      bytesToHex(javascriptCurve.sign(message, key).compact),
    )
  }
})

it.each([0, 1, 55, 56, 200, 300, 70_000])('signs %i bytes of data as viem does', async (size) => {
  const key = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d'
  for (let round = 0; round < 3; round++) {
    const data = new Uint8Array(randomBytes(size))
    const unsigned = {
      nonce: BigInt(round * 127),
      to: account.address,
      data,
      value: BigInt(round) << 70n,
      gas: 21_000n,
      maxFeePerGas: 10_000_000_000n,
      maxPriorityFeePerGas: BigInt(round),
    }
    const expected = await account.signTransaction({
      ...unsigned,
      nonce: round * 127,
      data: bytesToHex(data),
      chainId: 84532,
      type: 'eip1559',
    })
    const { raw, hash } = createSigner(84532, key).signTransaction(unsigned)
    expect(bytesToHex(raw)).toBe(expected)
    expect(hash).toBe(keccak256(expected))
  }
})

it('signs with an r or s that begins with zeros as viem does', async () => {
  const key = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d'
  const fixed = { to: account.address, value: 0n, gas: 21_000n, maxFeePerGas: 9n, maxPriorityFeePerGas: 1n }
  let seen = 0
  for (let nonce = 0; nonce < 2_000 && seen < 2; nonce++) {
    const { raw } = createSigner(84532, key).signTransaction({ ...fixed, nonce: BigInt(nonce), data: new Uint8Array() })
    const { r, s } = parseTransaction(bytesToHex(raw) as `0x02${string}`)
    if (!(r?.startsWith('0x00') || s?.startsWith('0x00') || (r?.length ?? 0) < 66 || (s?.length ?? 0) < 66)) continue
    seen++
    expect(bytesToHex(raw)).toBe(await account.signTransaction({ ...fixed, nonce, chainId: 84532, type: 'eip1559' }))
  }
  expect(seen).toBe(2)
})

describe('spellOut', () => {
  it('makes one spelling of all that wallets write', async () => {
    for (let round = 0; round < 40; round++) {
      const signature = await account.sign({ hash: bytesToHex(randomBytes(32)) })
      for (const spelling of [signature, ...Object.values(spellingsOf(signature))])
        expect(spellOut(spelling)).toBe(signature)
    }
  })

  it('returns undefined for other signatures', async () => {
    const signature = await account.sign({ hash: digest })
    const zero = '0'.repeat(64)
    for (const other of [`${signature}00`, signature.slice(0, -4), '0x', `${signature.slice(0, -2)}1d`])
      expect(spellOut(other as Hex)).toBeUndefined()
    expect(spellOut(`${signature.slice(0, 66)}${zero}1b` as Hex)).toBeUndefined()
    expect(spellOut(`${signature.slice(0, 66)}${order.toString(16)}1b` as Hex)).toBeUndefined()
  })
})
