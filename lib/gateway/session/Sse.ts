/** One server-sent event: read up to its blank line, inspected, and passed on unchanged. */
export type SseEvent = {
  /** Its lines, without the blank one, each ended by "\n". */
  text: string
  /** True if it carries data. Comments and bare retries do not, and cost nothing. */
  hasData: boolean
  /** The units in its field `units: n`; undefined if it has none. */
  units: bigint | undefined
}

/** Longest event in UTF-16 units. Limits the memory for a stream without blank lines. */
export const eventBytesMax = 1024 * 1024

/** Events that only the gateway may send: with them an upstream could make the agent sign vouchers. */
const reserved = /^event:[ ]?payment-/

/**
 * Yields the events of a stream, each as soon as it is complete. Removes the field `units` and event names that begin
 * with "payment-". Text after the last blank line is not an event (WHATWG HTML, 9.2.6).
 * @throws RangeError if an event is longer than `eventBytesMax`.
 */
export async function* read(stream: AsyncIterable<Uint8Array>): AsyncGenerator<SseEvent> {
  const decoder = new TextDecoder()
  let buffered = ''
  // True if the last chunk ended with "\r", which already ended its line: a "\n" at the start of the next chunk belongs
  // to it.
  let afterReturn = false
  for await (const chunk of stream) {
    const text = decoder.decode(chunk, { stream: true })
    const fresh = afterReturn && text.startsWith('\n') ? text.slice(1) : text
    if (text !== '') afterReturn = text.endsWith('\r')
    const blocks = (buffered + fresh.replace(/\r\n?/g, '\n')).split('\n\n')
    buffered = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = parse(block)
      if (event) yield event
    }
    if (buffered.length > eventBytesMax) throw new RangeError('an event is longer than a mebibyte')
  }
}

/** Parses a block of lines; undefined if none of it may be passed on. */
function parse(block: string): SseEvent | undefined {
  let units: bigint | undefined
  const lines = block.split('\n').filter((line) => {
    const counted = /^units:[ ]?(\d{1,18})$/.exec(line)
    if (counted?.[1] !== undefined) units = BigInt(counted[1])
    return !counted && line !== '' && !reserved.test(line)
  })
  if (lines.length === 0 && units === undefined) return undefined
  const hasData = lines.some((line) => line === 'data' || line.startsWith('data:'))
  return { text: lines.map((line) => `${line}\n`).join(''), hasData, units }
}
