import { createCipheriv, randomBytes, scryptSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { bytesToHex, hexToBytes, keccak256 } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { afterAll, afterEach, expect, it, vi } from 'vitest'
import { createKeystoreSigner, openKeystore } from './keystore'
import { createSigner } from './local'

const dir = mkdtempSync(path.join(tmpdir(), 'sluice-keystore-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())

const bare = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** Writes a file as geth does, with little work for scrypt. */
function store(
  name: string,
  privateKey: `0x${string}`,
  password: string,
  changes: Record<string, unknown> = {},
): string {
  const [salt, iv] = [randomBytes(32), randomBytes(16)]
  const derived = scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 })
  const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv)
  const ciphertext = Buffer.concat([cipher.update(hexToBytes(privateKey)), cipher.final()])
  const crypto = {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: bare(iv) },
    ciphertext: bare(ciphertext),
    kdf: 'scrypt',
    kdfparams: { dklen: 32, n: 1024, r: 8, p: 1, salt: bare(salt) },
    mac: keccak256(Buffer.concat([derived.subarray(16), ciphertext])).slice(2),
  }
  const file = path.join(dir, name)
  const address = privateKeyToAddress(privateKey).slice(2).toLowerCase()
  writeFileSync(file, JSON.stringify({ version: 3, id: 'x', address, crypto, ...changes }))
  return file
}

const unsigned = {
  nonce: 7n,
  to: `0x${'ab'.repeat(20)}` as const,
  data: new Uint8Array([1, 2]),
  value: 3n,
  gas: 21_000n,
  maxFeePerGas: 9n,
  maxPriorityFeePerGas: 1n,
}

it('opens what web3.js wrote', async () => {
  // The example of its documentation of `web3.eth.accounts.decrypt`.
  const file = path.join(dir, 'vector.json')
  const crypto = {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '2885df2b63f7ef247d753c82fa20038a' },
    ciphertext: 'a1c25da3ecde4e6a24f3697251dd15d6208520efc84ad97397e906e6df24d251',
    kdf: 'scrypt',
    kdfparams: {
      dklen: 32,
      salt: '4531b3c174cc3ff32a6a7a85d6761b410db674807b2d216d022318ceee50be10',
      n: 262_144,
      r: 8,
      p: 1,
    },
    mac: 'b8b010fff37f9ae5559a352a185e86f9b9c1d7f7a9f1bd4e82a5dd35468fc7f6',
  }
  writeFileSync(file, JSON.stringify({ version: 3, address: '2c7536e3605d9c16a7a3d7b1898e529396a65c23', crypto }))
  vi.stubEnv('KEY_PASSWORD', 'test!')
  const secret = await openKeystore({ file, passwordEnv: 'KEY_PASSWORD' }).open()
  expect(bytesToHex(secret)).toBe('0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318')
})

it('signs as the key itself does, and asks for its password once', async () => {
  const key = generatePrivateKey()
  const passwordFile = path.join(dir, 'password')
  writeFileSync(passwordFile, 'correct horse\n')
  const keystore = openKeystore({ file: store('key.json', key, 'correct horse'), passwordFile })
  const signer = createKeystoreSigner(84532, keystore, 64)
  const expected = createSigner(84532, key)
  expect(signer.address).toBe(expected.address)
  const both = await Promise.all([signer.signTransaction(unsigned), signer.signTransaction(unsigned)])
  expect(both).toEqual([expected.signTransaction(unsigned), expected.signTransaction(unsigned)])
  const digest = hexToBytes(keccak256('0x01'))
  expect(await signer.signDigest(digest)).toBe(await expected.signDigest(digest))
  rmSync(passwordFile)
  await signer.check()
})

it('says that a password is wrong or missing, and takes the right one afterwards', async () => {
  const key = generatePrivateKey()
  const file = store('wrong.json', key, 'right')
  const keystore = openKeystore({ file, passwordEnv: 'KEY_PASSWORD' })
  await expect(keystore.open()).rejects.toThrow(/password of .*wrong\.json is missing: KEY_PASSWORD is not set/)
  vi.stubEnv('KEY_PASSWORD', 'not this one')
  const refusal = await keystore.open().catch(String)
  expect(refusal).toMatch(/the password of .*wrong\.json is wrong/)
  expect(refusal).not.toContain('not this one')
  vi.stubEnv('KEY_PASSWORD', 'right')
  expect(bytesToHex(await keystore.open())).toBe(key)
})

it('refuses a key of another address than it was configured for', async () => {
  const key = generatePrivateKey()
  const address = `0x${'12'.repeat(20)}` as const
  vi.stubEnv('KEY_PASSWORD', 'right')
  const keystore = openKeystore({ file: store('other.json', key, 'right'), address, passwordEnv: 'KEY_PASSWORD' })
  await expect(keystore.open()).rejects.toThrow(`holds the key of ${privateKeyToAddress(key).toLowerCase()}`)
})

it('says at once what is wrong with a file, and quotes nothing of it', () => {
  const key = generatePrivateKey()
  const open = (file: string) => openKeystore({ file, passwordEnv: 'KEY_PASSWORD' })
  expect(() => open(path.join(dir, 'none.json'))).toThrow(/cannot be read: ENOENT/)
  expect(() => open(store('two.json', key, 'x', { version: 1 }))).toThrow(/wrong: version/)
  expect(() => open(store('nameless.json', key, 'x', { address: undefined }))).toThrow(/names no address/)
  const broken = path.join(dir, 'broken.json')
  writeFileSync(broken, key)
  expect(() => open(broken)).toThrow(/broken\.json cannot be read: it is not JSON$/)
})
