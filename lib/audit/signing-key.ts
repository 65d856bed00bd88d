import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto'
import { env } from '../env'
import type { Note } from '@/lib/proof'

/** The bytes before the 32-byte seed in PKCS #8. */
const seedPrefix = Buffer.from('302e020100300506032b657004220420', 'hex')

type Signing = { privateKey: KeyObject; key: Note.LogKey }

let cached: Signing | undefined

/** The key of this installation's log. Its name is the log's: host of PUBLIC_URL and /audit. */
export function logKey(): Note.LogKey {
  return signing().key
}

/** Ed25519 over the text. */
export function signText(text: string): Uint8Array {
  return sign(null, Buffer.from(text), signing().privateKey)
}

function signing(): Signing {
  return (cached ??= read(env.AUDIT_PRIVATE_KEY))
}

/** @throws Error if the text is not an Ed25519 key. */
function read(text: string): Signing {
  const privateKey = text.startsWith('-----')
    ? createPrivateKey(text)
    : createPrivateKey({ key: Buffer.concat([seedPrefix, Buffer.from(text, 'hex')]), format: 'der', type: 'pkcs8' })
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('AUDIT_PRIVATE_KEY must be an Ed25519 key')
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32)
  return { privateKey, key: { name: `${new URL(env.PUBLIC_URL).host}/audit`, publicKey: new Uint8Array(publicKey) } }
}
