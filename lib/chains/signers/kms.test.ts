import { hexToBytes, keccak256, parseTransaction, recoverTransactionAddress, toHex } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { awsKeyId, startAwsKms } from '@/sandbox/testing/aws-kms'
import { gcpKeyName, startGcpKms } from '@/sandbox/testing/gcp-kms'
import type { KmsServer } from '@/sandbox/testing/kms-server'
import { recoverSigner } from '../signature'
import { awsKms } from './aws-kms'
import { crc32c } from './crc32c'
import { gcpKms } from './gcp-kms'
import { createRemoteSigner } from './remote'
import type { RemoteSigner } from './Signer'

const unsigned = (nonce = 0n) => ({
  nonce,
  to: `0x${'ab'.repeat(20)}` as const,
  data: new Uint8Array([1, 2, 3]),
  value: 1n,
  gas: 21_000n,
  maxFeePerGas: 9n,
  maxPriorityFeePerGas: 1n,
})

const kinds = {
  'aws-kms': {
    start: startAwsKms,
    sign: 'Sign',
    keyOf: (url: string, address: `0x${string}`) =>
      awsKms({ address, keyId: awsKeyId, region: 'eu-central-1', endpoint: url }),
  },
  'gcp-kms': {
    start: startGcpKms,
    sign: `POST /v1/${gcpKeyName}:asymmetricSign`,
    keyOf: (url: string, address: `0x${string}`) => gcpKms({ address, keyName: gcpKeyName, apiEndpoint: url }),
  },
}

describe.each(['aws-kms', 'gcp-kms'] as const)('%s', (kind) => {
  const { start, sign, keyOf } = kinds[kind]
  let server: KmsServer
  let signer: RemoteSigner
  const create = (address = server.key.address, url = server.url) => createRemoteSigner(84532, keyOf(url, address), 64)

  beforeAll(async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
    server = await start()
    signer = create()
  })
  beforeEach(() => {
    server.fault = () => 'answer'
    server.calls.length = 0
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await server.stop()
  })

  it('signs what the chain takes for the key of its address', async () => {
    for (let nonce = 0n; nonce < 8n; nonce++) {
      const { raw } = await signer.signTransaction(unsigned(nonce))
      const serializedTransaction = toHex(raw) as `0x02${string}`
      const from = await recoverTransactionAddress({ serializedTransaction })
      expect(from.toLowerCase()).toBe(server.key.address)
      expect(parseTransaction(serializedTransaction)).toMatchObject({ chainId: 84532, gas: 21_000n, data: '0x010203' })
    }
    await signer.check()
  })

  it('turns a high s into its low twin', async () => {
    server.fault = () => 'high-s'
    for (let nonce = 0n; nonce < 8n; nonce++) {
      const { raw } = await signer.signTransaction(unsigned(nonce))
      const serializedTransaction = toHex(raw) as `0x02${string}`
      expect(BigInt(parseTransaction(serializedTransaction).s ?? 0)).toBeLessThan(2n ** 255n)
      expect((await recoverTransactionAddress({ serializedTransaction })).toLowerCase()).toBe(server.key.address)
    }
    const digest = hexToBytes(keccak256('0x01'))
    expect(recoverSigner(digest, await signer.signDigest(digest))).toBe(server.key.address)
  })

  it('lets out no signature of another key', async () => {
    server.fault = () => 'other-key'
    await expect(signer.signTransaction(unsigned())).rejects.toThrow(/signed with the key of another address/)
  })

  it('names both addresses when the key is not the configured one', async () => {
    const other = `0x${'12'.repeat(20)}` as const
    await expect(create(other).check()).rejects.toThrow(
      new RegExp(`${kind} key .* configured for ${other}, is the key of ${server.key.address}`),
    )
  })

  it('tries again when it is throttled, and says so when that lasts', async () => {
    let refusals = 2
    server.fault = () => (refusals-- > 0 ? 'throttle' : 'answer')
    await signer.signTransaction(unsigned())
    expect(server.calls).toEqual([sign, sign, sign])
    server.fault = () => 'throttle'
    await expect(signer.signTransaction(unsigned())).rejects.toThrow(/cannot be used now: .* of the test/)
  })

  it('says when it is down, and goes on when it is back', async () => {
    server.fault = () => 'down'
    await expect(signer.signTransaction(unsigned())).rejects.toThrow(/cannot be used now/)
    server.fault = () => 'answer'
    await signer.signTransaction(unsigned())
    await expect(create(server.key.address, 'http://127.0.0.1:9').check()).rejects.toThrow(/ECONNREFUSED/)
  })

  it('takes no damaged answer', async () => {
    server.fault = () => 'damage'
    await expect(signer.signTransaction(unsigned())).rejects.toThrow(/damaged on the way|gave no signature/)
  })
})

it('checks a sum as RFC 3720 does', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aan)
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43n)
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, at) => at))).toBe(0x46dd794en)
})
