/** Server-sent events as they pass: each is told apart by its blank line, looked at, and sent on as it came. */
export type SseEvent = {
  /** Its lines, without the blank one, ended by "\n". */
  text: string
  /** It carries data; comments and bare retries do not, and cost nothing. */
  hasData: boolean
  /** What the upstream counts it as, by a field `units: n`; undefined when it does not say. */
  units: bigint | undefined
}

/** Longest event; an upstream that sends more without a blank line sends no events. */
export const eventBytesMax = 1024 * 1024

/** Events of ours: an upstream that sends them would sign the agent's vouchers for it. */
const reserved = /^event:[ ]?payment-/

/**
 * The events of a stream, each as soon as it is complete. The field `units` and event names that begin with "payment-" are
 * taken out. What stands after the last blank line is no event (WHATWG HTML, 9.2.6).
 * @throws RangeError when an event is longer than `eventBytesMax`.
 */
export async function* read(stream: AsyncIterable<Uint8Array>): AsyncGenerator<SseEvent> {
  const decoder = new TextDecoder()
  let buffered = ''
  // Whether the last character was a "\r", which ended its line already: a "\n" right after it belongs to it.
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

/** The event in a block of lines; undefined when nothing of it may be passed on. */
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
