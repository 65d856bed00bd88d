'use client'

import { Send } from 'lucide-react'
import { useState, useTransition } from 'react'
import type { UpstreamTrial } from '@/lib/gateway'
import { CodeBlock } from '../code-block'
import { InlineField } from '../form/field'
import type { Outcome } from '../outcome'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { useHydrated } from '../use-hydrated'
import type { FormState } from './form-state'

export type TryUpstreamAction = (input: {
  method: string
  upstreamUrl: string
  params: Record<string, string>
  body: string
}) => Promise<Outcome<UpstreamTrial>>

type Props = {
  state: FormState
  tryUpstream: TryUpstreamAction
  /** Takes media type, example and schema of the answer. */
  onFill: (patch: Partial<FormState>) => void
}

/** Sends one request to the address as the gateway would, shows the answer, and fills what follows from it. */
export function TestRequest({ state, tryUpstream, onFill }: Props) {
  const ready = useHydrated()
  const [params, setParams] = useState<Record<string, string>>({})
  const [shown, setShown] = useState<{ trial?: UpstreamTrial; message?: string }>()
  const [busy, start] = useTransition()
  const { method, upstreamUrl, listing } = state
  const names = [...new Set(upstreamUrl.match(/(?<=\/):[A-Za-z_]\w*/g) ?? [])].map((name) => name.slice(1))
  const body = method === 'GET' || method === 'DELETE' ? '' : listing.body.example
  const send = () =>
    start(async () => {
      const outcome = await tryUpstream({ method, upstreamUrl: upstreamUrl.trim(), params, body }).catch(
        () => undefined,
      )
      if (!outcome?.ok) return setShown({ message: outcome?.message ?? 'The server cannot be reached.' })
      setShown({ trial: outcome.value })
      onFill(filled(state, outcome.value))
    })
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        {names.map((name) => (
          <InlineField
            key={name}
            name={`test.${name}`}
            label={`Value of :${name} for the test`}
            placeholder={name}
            width="w-28"
            value={params[name] ?? ''}
            onChange={(value) => setParams((before) => ({ ...before, [name]: value }))}
          />
        ))}
        <Button
          variant="outline"
          size="sm"
          disabled={!ready || busy || !/^https?:\/\/./.test(upstreamUrl.trim())}
          onClick={send}
        >
          <Send aria-hidden /> {busy ? 'Waiting for the answer…' : 'Send a test request'}
        </Button>
        <span className="text-xs text-muted-foreground">This server calls it once, as for a paid call.</span>
      </div>
      <div role="status" className="flex min-w-0 flex-col gap-2 empty:hidden">
        {shown?.message && <p className="text-xs text-destructive">{shown.message}</p>}
        {shown?.trial && <Trial trial={shown.trial} />}
      </div>
    </div>
  )
}

function Trial({ trial: { status, fault, ms, mediaType, bytes, excerpt, sample } }: { trial: UpstreamTrial }) {
  if (status === null)
    return (
      <p className="text-xs text-destructive">
        No answer after {ms.toLocaleString('en')} ms. {fault}
      </p>
    )
  const isGood = status >= 200 && status < 300
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted-foreground">
        <Badge tone={isGood ? 'success' : 'danger'}>{status}</Badge>
        <span className="tabular-nums">{ms.toLocaleString('en')} ms</span>
        <span className="font-mono">{mediaType || 'no media type'}</span>
        <span className="tabular-nums">
          {bytes === null ? 'more than 64 KiB' : `${bytes.toLocaleString('en')} bytes`}
        </span>
      </p>
      {excerpt && <CodeBlock code={excerpt} label="Beginning of the answer" wrap className="max-h-48 overflow-auto" />}
      <p className="text-xs text-muted-foreground">{remarkOf(isGood, sample !== null)}</p>
    </>
  )
}

function remarkOf(isGood: boolean, hasSample: boolean): string {
  if (!isGood) return 'Agents are not charged for an answer like this. Nothing was filled in.'
  return hasSample
    ? 'Media type, example and schema are filled in under “Directories”.'
    : 'The media type is filled in under “Directories”.'
}

/** Values of empty fields that the answer suggests. */
function filled(state: FormState, { status, mediaType, sample }: UpstreamTrial): Partial<FormState> {
  if (status === null || status < 200 || status > 299) return {}
  const { listing } = state
  const isMissing = listing.output.example === '' && listing.output.schema === ''
  return {
    ...(mediaType && { mimeType: mediaType }),
    ...(mediaType === 'text/event-stream' && { streaming: true }),
    ...(sample && isMissing && { listing: { ...listing, output: sample } }),
  }
}
