import { createPublicKey, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { secp256k1 } from '@noble/curves/secp256k1'
import type { Address } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { bytesToHex } from 'viem/utils'

/** A key as a key service keeps it: it is made inside, and only signatures and the public key come out. */
export type ServiceKey = {
  /** Lower-case. */
  address: Address
  publicKey: KeyObject
  /** DER. As services do, it may well have a high s; `high` makes sure of it. */
  sign(digest: Uint8Array, options?: { high?: boolean }): Buffer
}

export function createServiceKey(): ServiceKey {
  const secret = secp256k1.utils.randomPrivateKey()
  const { x, y } = secp256k1.ProjectivePoint.fromPrivateKey(secret)
  const coordinate = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').toString('base64url')
  return {
    address: privateKeyToAddress(bytesToHex(secret)).toLowerCase() as Address,
    publicKey: createPublicKey({
      key: { kty: 'EC', crv: 'secp256k1', x: coordinate(x), y: coordinate(y) },
      format: 'jwk',
    }),
    sign(digest, { high = false } = {}) {
      const natural = secp256k1.sign(digest, secret, { lowS: false, extraEntropy: true })
      const chosen =
        high && !natural.hasHighS() ? new secp256k1.Signature(natural.r, secp256k1.CURVE.n - natural.s) : natural
      return Buffer.from(chosen.toDERRawBytes())
    },
  }
}

/** The behaviour of a key service for the next calls. */
export type KmsFault =
  | 'answer'
  /** Its signature has a high s. */
  | 'high-s'
  /** It signs with another key than it was asked to. */
  | 'other-key'
  /** Too many requests. */
  | 'throttle'
  /** The connection breaks. */
  | 'down'
  /** Bytes are damaged on the way (Google: its checksums tell). */
  | 'damage'

export type KmsServer = {
  url: string
  key: ServiceKey
  /** Names of the calls that came, in their order. */
  calls: string[]
  /** Asked for each call, by its name. */
  fault: (call: string) => KmsFault
  stop(): Promise<void>
}

export type Reply = { status: number; body: unknown }
type Answer = (request: { call: string; body: Record<string, unknown>; headers: IncomingMessage['headers'] }) => Reply

/** The part that both services share: it counts, breaks connections, and speaks JSON. */
export async function startKmsServer(
  key: ServiceKey,
  nameOf: (request: IncomingMessage) => string,
  answer: (fault: KmsFault) => Answer,
): Promise<KmsServer> {
  const calls: string[] = []
  const server: Server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const call = nameOf(request)
      calls.push(call)
      const fault = running.fault(call)
      if (fault === 'down') return request.socket.destroy()
      const { status, body: reply } = answer(fault)({ call, body, headers: request.headers })
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const running: KmsServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    calls,
    fault: () => 'answer',
    async stop() {
      server.close()
      server.closeAllConnections()
    },
  }
  return running
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  return text ? (JSON.parse(text) as Record<string, unknown>) : {}
}
