import { randomBytes } from 'node:crypto'
import { bytesToHex, keccak256, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { Transaction } from 'viem/tempo'
import { expect, it } from 'vitest'
import { createSigner } from './signers/local'

const envelopes = Transaction.z_TxEnvelopeTempo
const key = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d'
const account = privateKeyToAccount(key)

const bytes = (length: number) => bytesToHex(randomBytes(length)) as Hex

it.each([1, 2, 60])('signs %i calls of one Tempo transaction as viem does', async (count) => {
  for (let round = 0; round < 20; round++) {
    const calls = Array.from({ length: count }, (_, at) => ({ to: bytes(20), data: bytes(at === 0 ? 0 : 68 * at) }))
    const unsigned = {
      nonce: BigInt(round * 127),
      gas: 1_000_000n,
      maxFeePerGas: 20_000_000_000n,
      maxPriorityFeePerGas: BigInt(round),
    }
    const envelope = envelopes.from({ ...unsigned, type: 'tempo', chainId: 1337, calls })
    const signature = await account.sign({ hash: envelopes.getSignPayload(envelope) })
    const expected = envelopes.serialize(envelope, { signature: Transaction.z_SignatureEnvelope.from(signature) })
    const { raw, hash } = createSigner(1337, key).signTransaction({ ...unsigned, calls })
    expect(bytesToHex(raw)).toBe(expected)
    expect(hash).toBe(keccak256(expected))
  }
})

it('signs what an expiring or a parallel nonce would not', () => {
  const calls = [{ to: account.address, data: '0x' as Hex }]
  const unsigned = { nonce: 7n, gas: 1n, maxFeePerGas: 2n, maxPriorityFeePerGas: 1n, calls }
  const { raw } = createSigner(1337, key).signTransaction(unsigned)
  const { nonce, nonceKey, validBefore, from } = envelopes.deserialize(bytesToHex(raw) as `0x76${string}`)
  expect([nonce, nonceKey ?? 0n, validBefore, from?.toLowerCase()]).toEqual([
    7n,
    0n,
    undefined,
    account.address.toLowerCase(),
  ])
})

it.each([0, 1, 300])('signs a legacy transaction with %i bytes of data as viem does', async (size) => {
  for (const chainId of [1, 137, 84532]) {
    for (let round = 0; round < 10; round++) {
      const unsigned = { to: bytes(20), data: randomBytes(size), value: BigInt(round) << 70n, gas: 21_000n }
      const legacy = { legacy: true, gasPrice: 10_000_000_000n, nonce: BigInt(round * 127) } as const
      const { raw, hash } = createSigner(chainId, key).signTransaction({ ...unsigned, ...legacy })
      const expected = await account.signTransaction({
        ...unsigned,
        type: 'legacy',
        data: bytesToHex(unsigned.data),
        gasPrice: legacy.gasPrice,
        nonce: round * 127,
        chainId,
      })
      expect(bytesToHex(raw)).toBe(expected)
      expect(hash).toBe(keccak256(expected))
    }
  }
})
