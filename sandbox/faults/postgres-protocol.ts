/** A reply that is to be lost: that of a statement which matches, or that of the COMMIT of its transaction. */
export type Loss = { statement: RegExp; of: 'statement' | 'commit'; done(): void }

export type Protocol = {
  /** Takes what the client sends. */
  ask(data: Buffer): void
  /** Takes what the server answers: whether everything that was asked has run, and which loss the answer belongs to. */
  answer(data: Buffer): { isDone: boolean; lost: Loss | undefined }
}

const byChance: Loss = { statement: /^/, of: 'statement', done: () => {} }

/** Follows one connection of PostgreSQL's protocol (version 3), and which statement it is at. Takes each loss out of `losses`. */
export function followProtocol({ losses, isHit }: { losses: Loss[]; isHit(): boolean }): Protocol {
  const texts = new Map<string, string>()
  /** The reply to what is asked now is lost. */
  let losing: Loss | undefined
  /** A statement of the open transaction matched. */
  let doomed: Loss | undefined
  let isDone = false

  const run = (text: string) => {
    const found = losses.find(({ statement }) => statement.test(text))
    if (found?.of === 'statement') losing = found
    else if (found) doomed = found
    if (doomed && /^\s*COMMIT/i.test(text)) losing = doomed
    if (/^\s*(COMMIT|ROLLBACK)/i.test(text)) doomed = undefined
    if (losing && losses.includes(losing)) losses.splice(losses.indexOf(losing), 1)
    else if (!losing && isHit()) losing = byChance
  }
  const read = messages(true, (type, body) => {
    if (type === 'Q') run(stringAt(body, 0))
    if (type === 'P') texts.set(stringAt(body, 0), stringAt(body, stringAt(body, 0).length + 1))
    // Bind: the portal's name, then the statement's.
    if (type === 'B') run(texts.get(stringAt(body, Buffer.byteLength(stringAt(body, 0)) + 1)) ?? '')
  })
  // ReadyForQuery: it has run, and is committed where no transaction is open.
  const readAnswer = messages(false, (type) => void (isDone ||= type === 'Z'))
  return {
    ask: read,
    answer(data) {
      isDone = false
      readAnswer(data)
      return { isDone, lost: losing }
    },
  }
}

function stringAt(body: Buffer, start: number): string {
  return body.toString('utf8', start, body.indexOf(0, start))
}

/** Takes bytes as they come and calls back for each whole message. The client's first one has no type. */
function messages(isClient: boolean, each: (type: string, body: Buffer) => void): (data: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  let isFirst = isClient
  return (data) => {
    rest = Buffer.concat([rest, data])
    for (;;) {
      const head = isFirst ? 0 : 1
      if (rest.length < head + 4) return
      const size = head + rest.readUInt32BE(head)
      if (rest.length < size) return
      if (!isFirst) each(String.fromCharCode(rest[0] ?? 0), rest.subarray(5, size))
      isFirst = false
      rest = rest.subarray(size)
    }
  }
}
