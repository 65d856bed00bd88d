import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { writeWhole } from '../chain-state'

/** One block of the toy chain: an 80-byte header that names its parent, without proof of work. */
export type ToyBlock = { height: number; header: Buffer; transactions: Buffer[] }

/** A chain that only these two nodes know. It holds their funding transactions and says what time it is. */
export type ToyChain = {
  height(): number
  /** Blocks above `height`, oldest first. */
  after(height: number): ToyBlock[]
  /** Adds a block with these transactions, and stores it. */
  mine(transactions: readonly Buffer[]): ToyBlock
  /**
   * LDK in WASM knows the time by its newest block alone. Replaces the newest block, which must be empty, by one of now when it is
   * older than a second, so that height and expiry of payments under way do not move. Returns the new block, if there is one.
   */
  tick(): ToyBlock | undefined
}

type Stored = { header: string; transactions: string[] }

/** Opens the chain of a file; without one, or when it does not exist, a chain above `genesisHash` with one empty block. */
export function openChain(genesisHash: Uint8Array, file?: string): ToyChain {
  const blocks: ToyBlock[] = (file !== undefined && existsSync(file) ? read(file) : []).map((block, index) => ({
    height: index + 1,
    header: Buffer.from(block.header, 'hex'),
    transactions: block.transactions.map((transaction) => Buffer.from(transaction, 'hex')),
  }))
  const save = () => {
    if (file === undefined) return
    const stored: Stored[] = blocks.map(({ header, transactions }) => ({
      header: header.toString('hex'),
      transactions: transactions.map((transaction) => transaction.toString('hex')),
    }))
    writeWhole(file, JSON.stringify(stored))
  }
  const tipHash = () => {
    const tip = blocks.at(-1)
    return tip ? sha256d(tip.header) : Buffer.from(genesisHash)
  }
  const add = (transactions: readonly Buffer[]) => {
    const block = {
      height: blocks.length + 1,
      header: headerOn(tipHash(), transactions),
      transactions: [...transactions],
    }
    blocks.push(block)
    return block
  }
  if (blocks.length === 0) {
    add([])
    save()
  }
  return {
    height: () => blocks.length,
    after: (height) => blocks.filter((block) => block.height > height),
    mine(transactions) {
      const block = add(transactions)
      save()
      return block
    },
    tick() {
      const tip = blocks.at(-1)
      if (!tip || tip.transactions.length > 0 || tip.header.readUInt32LE(68) >= nowSeconds()) return undefined
      blocks.pop()
      const block = add([])
      save()
      return block
    },
  }
}

function read(file: string): Stored[] {
  return JSON.parse(readFileSync(file, 'utf8')) as Stored[]
}

const nowSeconds = () => Math.floor(Date.now() / 1000)

/** LDK checks neither work nor the tree of transactions, so the root is a digest of them, and random in an empty block. */
function headerOn(parent: Buffer, transactions: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(80)
  header.writeInt32LE(2, 0)
  parent.copy(header, 4)
  const root = transactions.length > 0 ? sha256d(Buffer.concat(transactions)) : randomBytes(32)
  root.copy(header, 36)
  header.writeUInt32LE(nowSeconds(), 68)
  header.writeUInt32LE(0x207fffff, 72)
  return header
}

function sha256d(bytes: Uint8Array): Buffer {
  const once = createHash('sha256').update(bytes).digest()
  return createHash('sha256').update(once).digest()
}

/** A SegWit transaction that pays a script from an output that does not exist. Two never have the same id. */
export function fundingTransaction(script: Uint8Array, valueSat: bigint): Buffer {
  const value = Buffer.alloc(8)
  value.writeBigUInt64LE(valueSat)
  const outpoint = Buffer.concat([randomBytes(32), Buffer.alloc(4)])
  return Buffer.concat([
    Buffer.from('020000000001', 'hex'),
    Buffer.from([1]),
    outpoint,
    Buffer.from('00ffffffff', 'hex'),
    Buffer.from([1]),
    value,
    Buffer.from([script.length]),
    script,
    // One witness element, and no lock time.
    Buffer.from('0101ff00000000', 'hex'),
  ])
}
