import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'

/** One change of the state: `put` replaces what is at the key, `add` stands behind it, `drop` removes it. */
export type Change = { key: string; mode: 'put' | 'add' | 'drop'; value: Uint8Array }

/**
 * State of one node in one file of frames. A frame is one commit: a process that is killed leaves all of its changes or none, so the
 * channel manager never disagrees with its monitors. A frame that was cut off is dropped when the file is opened.
 */
export type Store = {
  /** What is at each key: one value of a `put`, or all that were added. */
  values: ReadonlyMap<string, readonly Buffer[]>
  /** Writes one frame. A file that has grown long begins anew, with what is at the keys. */
  commit(changes: readonly Change[]): void
  close(): void
}

const longDefault = 16 * 1024 * 1024

/**
 * Opens the state of a file, or one that is forgotten when there is no file.
 * @param longBytes what may stand behind the first frame before the file begins anew.
 */
export function openStore(file?: string, longBytes = longDefault): Store {
  const values = new Map<string, Buffer[]>()
  if (file === undefined) return forgetful(values)
  let handle = openSync(file, existsSync(file) ? 'r+' : 'w+')
  let end = 0
  const content = readFileSync(file)
  for (let next = readFrame(content, end); next; next = readFrame(content, end)) {
    for (const change of next.changes) apply(values, change)
    end = next.end
  }
  if (fstatSync(handle).size > end) ftruncateSync(handle, end)
  let start = end
  const rewrite = () => {
    const frame = frameOf(
      [...values].flatMap(([key, list]) => list.map((value) => ({ key, mode: 'add' as const, value }))),
    )
    writeFileSync(`${file}.new`, frame)
    renameSync(`${file}.new`, file)
    closeSync(handle)
    handle = openSync(file, 'r+')
    start = end = frame.length
  }
  return {
    values,
    commit(changes) {
      for (const change of changes) apply(values, change)
      const frame = frameOf(changes)
      writeSync(handle, frame, 0, frame.length, end)
      end += frame.length
      if (end - start > longBytes) rewrite()
    },
    close: () => closeSync(handle),
  }
}

function forgetful(values: Map<string, Buffer[]>): Store {
  return {
    values,
    commit(changes) {
      for (const change of changes) apply(values, change)
    },
    close() {},
  }
}

function apply(values: Map<string, Buffer[]>, { key, mode, value }: Change): void {
  if (mode === 'drop') values.delete(key)
  else if (mode === 'put') values.set(key, [Buffer.from(value)])
  else {
    const list = values.get(key)
    if (list) list.push(Buffer.from(value))
    else values.set(key, [Buffer.from(value)])
  }
}

/** Length of the rest, length of the head, head as JSON, values one after the other. */
function frameOf(changes: readonly Change[]): Buffer {
  const head = Buffer.from(JSON.stringify(changes.map(({ key, mode, value }) => [key, mode, value.length])))
  const lengths = Buffer.alloc(8)
  const rest = 4 + head.length + changes.reduce((sum, { value }) => sum + value.length, 0)
  lengths.writeUInt32LE(rest, 0)
  lengths.writeUInt32LE(head.length, 4)
  return Buffer.concat([lengths, head, ...changes.map(({ value }) => value)])
}

function readFrame(content: Buffer, at: number): { changes: Change[]; end: number } | undefined {
  if (at + 8 > content.length) return undefined
  const end = at + 4 + content.readUInt32LE(at)
  if (end > content.length) return undefined
  const headEnd = at + 8 + content.readUInt32LE(at + 4)
  const head = JSON.parse(content.toString('utf8', at + 8, headEnd)) as [string, Change['mode'], number][]
  let from = headEnd
  const changes = head.map(([key, mode, length]) => {
    const value = content.subarray(from, from + length)
    from += length
    return { key, mode, value }
  })
  return { changes, end }
}
