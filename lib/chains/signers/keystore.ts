import { createDecipheriv, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { bytesToHex, hexToBytes, keccak256, type Address } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { z } from 'zod'
import { variable } from '../../env'
import { curve, toHex } from '../signature'
import { envelopeOf } from './envelope'
import { SignerError, type RemoteSigner } from './Signer'

export type KeystoreFile = {
  /** Path of the file, relative to the server's working directory. */
  file: string
  /** Lower-case; default: the address in the file. */
  address?: Address | undefined
  /** Environment variable with the password. */
  passwordEnv?: string | undefined
  /** File with the password; a newline at its end is ignored. */
  passwordFile?: string | undefined
}

/** A key file that is opened once for all its networks. */
export type Keystore = { address: Address; file: string; open(): Promise<Uint8Array> }

const hex = z.string().regex(/^([0-9a-fA-F]{2})+$/)

/** Web3 Secret Storage, version 3, with scrypt. */
const Schema = z.object({
  version: z.literal(3),
  address: z
    .string()
    .regex(/^(0x)?[0-9a-fA-F]{40}$/)
    .optional(),
  crypto: z.object({
    cipher: z.literal('aes-128-ctr'),
    cipherparams: z.object({ iv: hex.length(32) }),
    ciphertext: hex.length(64),
    kdf: z.literal('scrypt'),
    kdfparams: z.object({
      dklen: z.literal(32),
      n: z.int().min(2),
      r: z.int().min(1),
      p: z.int().min(1),
      salt: hex,
    }),
    mac: hex.length(64),
  }),
})
type Stored = z.infer<typeof Schema>

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

/** An encrypted key file. It is read now and opened once, at first use; scrypt runs outside the event loop. */
export function openKeystore({ file, address, ...password }: KeystoreFile): Keystore {
  const stored = readStored(file)
  const named = stored.address && (`0x${stored.address.replace(/^0x/, '').toLowerCase()}` as Address)
  const expectedAddress = address ?? named
  if (!expectedAddress)
    throw new SignerError(`the key file ${file} names no address, and its entry in SIGNERS none either`)
  let opening: Promise<Uint8Array> | undefined
  const open = async () => {
    const secret = await decrypt(file, stored, await readPassword(file, password))
    const actual = privateKeyToAddress(bytesToHex(secret)).toLowerCase()
    if (actual !== expectedAddress)
      throw new SignerError(`the key file ${file}, configured for ${expectedAddress}, holds the key of ${actual}`)
    return secret
  }
  return {
    address: expectedAddress,
    file,
    // The password may be corrected while the server runs, so a failure is retried.
    open: () =>
      (opening ??= open().catch((error: unknown) => {
        opening = undefined
        throw error
      })),
  }
}

/** Signs with a keystore. It counts as remote, because opening it once takes about a second. */
export function createKeystoreSigner(chainId: number, keystore: Keystore, inFlightMax: number): RemoteSigner {
  return {
    address: keystore.address,
    kind: 'keystore',
    inFlightMax,
    remote: true,
    async check() {
      await keystore.open()
    },
    signDigest: async (digest) => toHex(curve.sign(digest, await keystore.open())),
    async signTransaction(unsigned) {
      const { digest, seal } = envelopeOf(chainId, unsigned)
      return seal(curve.sign(digest, await keystore.open()))
    },
  }
}

function readStored(file: string): Stored {
  const known = Schema.safeParse(readJson(file))
  if (known.success) return known.data
  const wrong = known.error.issues.map(({ path }) => path.join('.')).join(', ')
  throw new SignerError(`${file} is no key file of version 3 with scrypt and aes-128-ctr; wrong: ${wrong}`)
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    // The parser's message would quote the file.
    const why = error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message
    throw new SignerError(`the key file ${file} cannot be read: ${why}`)
  }
}

async function readPassword(file: string, from: Pick<KeystoreFile, 'passwordEnv' | 'passwordFile'>): Promise<string> {
  if (from.passwordFile !== undefined) {
    const text = await readFile(from.passwordFile, 'utf8').catch((error: Error) => {
      throw new SignerError(`the password of ${file} cannot be read: ${error.message}`)
    })
    return text.replace(/\r?\n$/, '')
  }
  const password = variable(from.passwordEnv ?? '')
  if (password === undefined)
    throw new SignerError(`the password of ${file} is missing: ${from.passwordEnv} is not set`)
  return password
}

async function decrypt(file: string, { crypto }: Stored, password: string): Promise<Uint8Array> {
  const { n, r, p, dklen, salt } = crypto.kdfparams
  const derived = await derive(password, Buffer.from(salt, 'hex'), dklen, {
    N: n,
    r,
    p,
    maxmem: 256 * r * (n + p),
  }).catch((error: Error) => {
    throw new SignerError(`${file} cannot be opened: ${error.message}`)
  })
  const ciphertext = Buffer.from(crypto.ciphertext, 'hex')
  const mac = hexToBytes(keccak256(Buffer.concat([derived.subarray(16, 32), ciphertext])))
  if (!timingSafeEqual(mac, Buffer.from(crypto.mac, 'hex'))) throw new SignerError(`the password of ${file} is wrong`)
  const decipher = createDecipheriv('aes-128-ctr', derived.subarray(0, 16), Buffer.from(crypto.cipherparams.iv, 'hex'))
  return Buffer.concat([decipher.update(ciphertext), decipher.final()])
}
