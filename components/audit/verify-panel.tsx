'use client'

import { FileUp, Radio } from 'lucide-react'
import { useId, useState, type DragEvent } from 'react'
import { Note, Since, type Verdict } from '@/lib/proof'
import { Button } from '../ui/button'
import { buttonVariants } from '../ui/button-variants'
import { cn } from '../ui/cn'
import { useHydrated } from '../use-hydrated'
import { VerdictView } from './verdict-view'
import { verifyStream } from './verify-lines'

type Props = {
  /** The public key of this installation, as text. */
  publicKey: string
  /** URL that exports the current log. */
  exportHref: string
}

type State =
  | { kind: 'idle' }
  | { kind: 'running'; what: string; lines: number }
  | { kind: 'done'; what: string; verdict: Verdict.Verdict }
  | { kind: 'failed'; what: string; reason: string }

/** Checks a file, or the current log, in the browser with the code of `npm run audit:verify`. No file is uploaded. */
export function VerifyPanel({ publicKey, exportHref }: Props) {
  const [state, setState] = useState<State>({ kind: 'idle' })
  const [since, setSince] = useState<File>()
  const [over, setOver] = useState(false)
  const busy = state.kind === 'running'
  const ready = useHydrated() && !busy

  const run = async (what: string, open: () => Promise<ReadableStream<Uint8Array>>) => {
    setState({ kind: 'running', what, lines: 0 })
    try {
      const options = { key: Note.parseKey(publicKey), since: since && Since.read((await since.text()).split('\n')) }
      const verdict = await verifyStream(await open(), options, (lines) => setState({ kind: 'running', what, lines }))
      setState({ kind: 'done', what, verdict })
    } catch (error) {
      setState({ kind: 'failed', what, reason: (error as Error).message })
    }
  }
  const take = (file: File | undefined) => file && void run(file.name, async () => file.stream())
  const takeLive = () =>
    void run('The live log', async () => {
      const response = await fetch(exportHref)
      if (!response.ok || !response.body) throw new Error(`the export answered ${response.status}`)
      return response.body
    })
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    if (ready) take(event.dataTransfer.files[0])
  }
  return (
    <div className="flex flex-col gap-4">
      <div
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cn(
          'flex flex-col items-center gap-3 rounded-lg border border-dashed bg-card px-6 py-10 text-center transition-colors',
          over && 'border-brand bg-brand-soft',
        )}
      >
        <p className="font-medium">Drop an export or a receipt here</p>
        <p className="max-w-md text-muted-foreground">
          It is checked in this page with the key of this installation. No file is uploaded.
        </p>
        <div className="flex flex-wrap justify-center gap-2">
          <FileButton label="Choose a file" disabled={!ready} onFile={take} />
          <Button disabled={!ready} onClick={takeLive}>
            <Radio aria-hidden /> Check the live log
          </Button>
        </div>
        <Comparison since={since} disabled={!ready} onChange={setSince} />
      </div>
      <Outcome state={state} />
    </div>
  )
}

type ComparisonProps = { since: File | undefined; disabled: boolean; onChange: (file: File | undefined) => void }

/** An older checkpoint or export, which the log must contain. */
function Comparison({ since, disabled, onChange }: ComparisonProps) {
  return (
    <div className="flex flex-wrap items-center justify-center gap-x-2 gap-y-1 text-xs text-muted-foreground">
      {since ? (
        <>
          <span>Compared with {since.name}</span>
          <Button variant="ghost" size="sm" onClick={() => onChange(undefined)}>
            Do not compare
          </Button>
        </>
      ) : (
        <>
          <span>Do you have an older checkpoint or export? The log must contain it.</span>
          <FileButton label="Compare with" small disabled={disabled} onFile={onChange} />
        </>
      )}
    </div>
  )
}

function Outcome({ state }: { state: State }) {
  switch (state.kind) {
    case 'idle':
      return null
    case 'running':
      return (
        <p role="status" className="rounded-lg border bg-card px-4 py-3 text-muted-foreground">
          {state.what}: {state.lines.toLocaleString('en')} lines so far …
        </p>
      )
    case 'failed':
      return (
        <p role="alert" className="rounded-lg border bg-destructive-soft px-4 py-3 text-destructive">
          {state.what} could not be checked: {state.reason}.
        </p>
      )
    case 'done':
      return <VerdictView verdict={state.verdict} what={state.what} />
  }
}

type FileButtonProps = { label: string; small?: boolean; disabled: boolean; onFile(file: File | undefined): void }

/** A file input that looks like a button. */
function FileButton({ label, small = false, disabled, onFile }: FileButtonProps) {
  const id = useId()
  return (
    <label
      htmlFor={id}
      className={cn(
        buttonVariants({ variant: 'outline', ...(small && { size: 'sm' as const }) }),
        'cursor-pointer focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-ring',
        disabled && 'pointer-events-none opacity-50',
      )}
    >
      <FileUp aria-hidden /> {label}
      <input
        id={id}
        type="file"
        accept=".jsonl,.json,.txt,.note"
        disabled={disabled}
        className="sr-only"
        onChange={(event) => {
          onFile(event.target.files?.[0])
          // So that the same file can be chosen again.
          event.target.value = ''
        }}
      />
    </label>
  )
}
