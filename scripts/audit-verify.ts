import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { Export, Note, Since, Verdict, Verifier } from '@/lib/proof'

/**
 * `npm run audit:verify -- FILE`: checks an export of the audit log, or an execution receipt, with nothing but the file. Ends
 * with 0 when everything holds, 1 when something does not, 2 when it cannot be decided.
 */

const usage = `usage: npm run audit:verify -- FILE [--key KEY] [--since FILE [--consistency FILE]]

  FILE          an export (JSON lines) or a receipt (JSON)
  --key KEY     the public key that must have signed, or a file that holds it: GET /api/v1/audit/key
  --since FILE  what you kept of the log before: a checkpoint, an export or a receipt
  --consistency FILE
                for a receipt or a filtered export: GET /api/v1/audit/proof/consistency?from=&to=`

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { key: { type: 'string' }, since: { type: 'string' }, consistency: { type: 'string' } },
    allowPositionals: true,
  })
  const [file, ...more] = positionals
  if (!file || more.length > 0) throw new Error(usage)
  const since = values.since === undefined ? undefined : Since.read(readFileSync(values.since, 'utf8').split('\n'))
  const key = values.key === undefined ? undefined : readKey(values.key)
  const consistency =
    values.consistency === undefined
      ? undefined
      : Export.ConsistencyProof.parse(JSON.parse(readFileSync(values.consistency, 'utf8')))
  const verifier = Verifier.create({ key, since, consistency })
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) verifier.take(line)
  const verdict = verifier.end()
  print(file, verdict)
  return verdict.ok ? 0 : 1
}

function readKey(text: string): Note.LogKey {
  return Note.parseKey(existsSync(text) ? readFileSync(text, 'utf8') : text)
}

function print(file: string, verdict: Verdict.Verdict): void {
  const { kind, leaves, checkpoint, key, checks, firstBad } = verdict
  console.log(`${file}: ${kind}, ${Verdict.countLeaves(leaves)}`)
  if (checkpoint)
    console.log(
      `checkpoint  ${checkpoint.origin}, ${Verdict.countLeaves(BigInt(checkpoint.size))}, root ${checkpoint.root}`,
    )
  if (key !== undefined) console.log(`key         ${key}`)
  for (const { ok, text } of checks) console.log(`${ok ? '✓' : '✗'} ${text}`)
  if (firstBad) console.log(`✗ first bad: ${Verdict.nameBad(firstBad)}: ${firstBad.why}`)
  console.log(verdict.ok ? 'verified' : 'NOT verified')
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: Error) => {
    console.error(error.message)
    process.exitCode = 2
  },
)
