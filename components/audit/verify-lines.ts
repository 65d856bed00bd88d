import { Verifier, type Verdict } from '@/lib/proof'

/** Lines between two pauses, so that the page stays responsive with a file of any length. */
const breath = 500

/**
 * Runs the verifier over a stream in the browser; nothing is uploaded. `onProgress` gets the number of lines so far.
 * @throws Error when the stream breaks off.
 */
export async function verifyStream(
  stream: ReadableStream<Uint8Array>,
  options: Verifier.VerifierOptions,
  onProgress: (lines: number) => void,
): Promise<Verdict.Verdict> {
  const verifier = Verifier.create(options)
  const reader = stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader()
  let rest = ''
  let lines = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    const parts = (rest + value).split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) {
      verifier.take(line)
      lines += 1
      if (lines % breath !== 0) continue
      onProgress(lines)
      await new Promise((resolve) => setTimeout(resolve))
    }
  }
  if (rest !== '') verifier.take(rest)
  return verifier.end()
}
