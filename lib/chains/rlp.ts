/** RLP (Ethereum yellow paper, appendix B) on bytes: a batch's calldata is too large for hex strings. */
export type RlpItem = Uint8Array | readonly RlpItem[]

export function encode(item: RlpItem): Buffer {
  if (item instanceof Uint8Array) {
    const [first] = item
    if (item.length === 1 && first !== undefined && first < 0x80) return Buffer.from(item)
    return Buffer.concat([header(item.length, 0x80), item])
  }
  const payload = Buffer.concat(item.map(encode))
  return Buffer.concat([header(payload.length, 0xc0), payload])
}

/** A number for RLP: big-endian without leading zeros, empty for zero. */
export function integer(value: bigint | number): Buffer {
  const hex = value.toString(16)
  return hex === '0' ? Buffer.alloc(0) : Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
}

function header(length: number, short: 0x80 | 0xc0): Buffer {
  if (length < 56) return Buffer.from([short + length])
  const bytes = integer(length)
  return Buffer.concat([Buffer.from([short + 55 + bytes.length]), bytes])
}
