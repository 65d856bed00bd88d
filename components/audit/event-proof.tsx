'use client'

import { EyeOff, ShieldCheck } from 'lucide-react'
import { useState, useTransition } from 'react'
import { toast } from 'sonner'
import { Export, Note, Verifier, type Verdict } from '@/lib/proof'
import { CodeBlock } from '../code-block'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { VerdictView } from './verdict-view'

type Props = {
  seq: string
  /** Leaf index; null until the event is in the log. */
  index: string | null
  /** Fields that this reader may redact. */
  redactable: readonly string[]
  publicKey: string
  /** The event with its proof, as lines of an export. */
  prove(seq: string): Promise<Outcome<string[]>>
  redact(seq: string): Promise<Outcome<string[]>>
}

type Proven = { verdict: Verdict.Verdict; path: string[]; hash: string }

/** Verifies in the browser that the event is in the signed log, and redacts its fields. */
export function EventProof({ seq, index, redactable, publicKey, prove, redact }: Props) {
  const [proven, setProven] = useState<Proven>()
  const [asks, setAsks] = useState(false)
  const [busy, start] = useTransition()
  const verify = () =>
    start(async () => {
      const outcome = await prove(seq)
      if (!outcome.ok) return void toast.error(outcome.message)
      setProven(check(outcome.value, publicKey))
    })
  const forget = () =>
    start(async () => {
      const outcome = await redact(seq)
      setAsks(false)
      if (!outcome.ok) toast.error(outcome.message)
      else toast.success('Deleted. Its place in the log still verifies.')
    })
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="outline" size="sm" disabled={busy || index === null} onClick={verify}>
          <ShieldCheck aria-hidden /> Verify
        </Button>
        {redactable.length > 0 && !asks && (
          <Button variant="ghost" size="sm" disabled={busy} onClick={() => setAsks(true)}>
            <EyeOff aria-hidden /> Redact
          </Button>
        )}
        {asks && (
          <p className="flex flex-wrap items-center gap-2 text-xs">
            Delete {redactable.join(', ')} for good? The log keeps that something stood there.
            <Button variant="destructive" size="sm" disabled={busy} onClick={forget}>
              Delete
            </Button>
            <Button variant="ghost" size="sm" disabled={busy} onClick={() => setAsks(false)}>
              Keep
            </Button>
          </p>
        )}
        {index === null && (
          <span className="text-xs text-muted-foreground">It is added to the log within a second.</span>
        )}
      </div>
      {proven && (
        <>
          <VerdictView verdict={proven.verdict} what={`Event ${seq}`} />
          <CodeBlock
            label="Inclusion proof"
            code={[
              `leaf  ${proven.hash}`,
              ...proven.path.map((hash) => `with  ${hash}`),
              `root  ${proven.verdict.checkpoint?.root}`,
            ].join('\n')}
          />
        </>
      )}
    </div>
  )
}

function check(lines: readonly string[], publicKey: string): Proven {
  const verifier = Verifier.create({ key: Note.parseKey(publicKey) })
  for (const line of lines) verifier.take(line)
  const leaf = lines.map((line) => Export.ExportLeaf.safeParse(JSON.parse(line))).find(({ success }) => success)?.data
  return { verdict: verifier.end(), path: leaf?.proof ?? [], hash: leaf?.hash ?? '' }
}
