'use client'

import { useCallback, useState } from 'react'
import type { FieldError } from '@/lib/errors'
import type { ChallengePreview } from '@/lib/gateway'
import { CodeBlock, Json } from '../code-block'
import type { Outcome } from '../outcome'
import { Badge } from '../ui/badge'
import { Panel } from '../panel'
import { cn } from '../ui/cn'
import { Tabs, TabsContent, TabsList, TabsTrigger } from '../ui/tabs'
import { useAfterPause } from '../use-after-pause'
import { toInput, type FormState } from './form-state'
import { Offers } from './offers'

/** The server's view of a draft. `description` is null if the draft is free or not complete enough. */
export type Preview = {
  errors: readonly FieldError[]
  warnings: readonly FieldError[]
  free: boolean
  description: ChallengePreview | null
  /** The inputs that a request for an action must carry. */
  wanted: readonly { name: string; words: string }[]
}

export type PreviewAction = (input: ReturnType<typeof toInput>) => Promise<Outcome<Preview>>

type Props = {
  state: FormState
  preview: PreviewAction
  onChecked: (found: { errors: readonly FieldError[]; warnings: readonly FieldError[] }) => void
}

/** The 402 that an agent will get for this draft, built by the server while a person types. */
export function ChallengePreview({ state, preview, onChecked }: Props) {
  const [shown, setShown] = useState<Preview>()
  const [note, setNote] = useState<string | undefined>('Reading the draft…')
  const send = useCallback((draft: FormState) => preview(toInput(draft)), [preview])
  useAfterPause(state, send, (outcome) => {
    if (!outcome.ok) return setNote(outcome.message)
    const { errors, warnings, free, description } = outcome.value
    onChecked({ errors, warnings })
    const drawn = free || description !== null
    setNote(drawn ? undefined : 'The path, the price or the networks are not valid yet.')
    if (drawn) setShown(outcome.value)
  })

  return (
    <Panel
      isRegion
      title="What an agent will see"
      actions={<Badge tone="outline">{shown?.free ? '200' : '402 Payment Required'}</Badge>}
      className="@min-[60rem]:sticky @min-[60rem]:top-24 @min-[60rem]:max-h-[calc(100dvh-7rem)] @min-[60rem]:overflow-y-auto"
    >
      <p role="status" className="mb-3 text-xs text-muted-foreground empty:hidden">
        {note}
      </p>
      {shown && (
        <div className={cn('transition-opacity', note && 'opacity-60')}>
          {shown.wanted.length > 0 && <Wanted wanted={shown.wanted} />}
          {shown.description ? (
            <Challenge description={shown.description} />
          ) : (
            <p>Free: the request goes straight to the upstream.</p>
          )}
        </div>
      )}
    </Panel>
  )
}

/** The inputs that the agent sends with its payment. */
function Wanted({ wanted }: Pick<Preview, 'wanted'>) {
  return (
    <div className="mb-4">
      <h3 className="mb-1.5 text-xs font-medium text-muted-foreground">It sends</h3>
      <dl className="divide-y rounded-md border text-xs">
        {wanted.map(({ name, words }) => (
          <div key={name} className="flex flex-wrap justify-between gap-x-4 px-3 py-2">
            <dt className="font-mono">{name}</dt>
            <dd className="text-muted-foreground">{words}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function Challenge({ description }: { description: ChallengePreview }) {
  const raw = [`HTTP/1.1 402 Payment Required`, ...description.headers.map(([name, value]) => `${name}: ${value}`)]
  return (
    <Tabs defaultValue="offers">
      <TabsList aria-label="Views of the challenge">
        <TabsTrigger value="offers">Offers</TabsTrigger>
        <TabsTrigger value="decoded">Decoded</TabsTrigger>
        <TabsTrigger value="headers">Raw headers</TabsTrigger>
        <TabsTrigger value="body">Body</TabsTrigger>
      </TabsList>
      <TabsContent value="offers">
        <Offers decoded={description.decoded} />
      </TabsContent>
      <TabsContent value="decoded" className="flex flex-col gap-3">
        {description.decoded.map((offer, index) => (
          <Json key={index} value={offer} label={`Decoded challenge ${index + 1}`} />
        ))}
      </TabsContent>
      <TabsContent value="headers">
        <CodeBlock code={raw.join('\n\n')} label="Raw response headers" wrap />
      </TabsContent>
      <TabsContent value="body">
        <Json value={description.body} label="Problem body" />
      </TabsContent>
    </Tabs>
  )
}
