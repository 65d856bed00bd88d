'use client'

import { LoaderCircle } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTransition } from 'react'
import { SelectField, TextAreaField, TextField } from '../form/field'
import { Button } from '../ui/button'
import { Panel } from '../panel'
import type { SelectOption } from '../ui/select'

type Props = {
  resources: readonly SelectOption[]
  resourceId: string
  method: string
  request: {
    values: Readonly<Record<string, string>>
    query: string
    body: string | undefined
    url: string
    problem: string | undefined
  }
}

/** The resource and the request to pay for. The page's URL holds them, so that they can be shared. */
export function RequestForm({ resources, resourceId, method, request }: Props) {
  const router = useRouter()
  const [isMoving, startMove] = useTransition()
  /** The whole page is of one resource, so that nothing can be bought that is not chosen. */
  function choose(id: string) {
    startMove(() => router.replace(`/playground?resource=${id}`))
  }
  return (
    <Panel isRegion title="Request">
      <form method="GET" className="flex flex-col gap-3">
        <SelectField name="resource" label="Resource" options={resources} value={resourceId} onChange={choose} />
        {!isMoving && (
          <>
            {Object.entries(request.values).map(([name, value]) => (
              <TextField key={name} name={`at.${name}`} label={`:${name}`} defaultValue={value} />
            ))}
            <TextField
              name="query"
              label="Query"
              hint="The part after the question mark."
              placeholder="city=Bonn"
              defaultValue={request.query}
            />
            {request.body !== undefined && (
              <TextAreaField name="body" label="Body (JSON)" rows={4} code defaultValue={request.body} />
            )}
          </>
        )}
        <div>
          <Button type="submit" variant="outline" disabled={isMoving}>
            {isMoving && <LoaderCircle aria-hidden className="animate-spin" />}
            Use this request
          </Button>
        </div>
        <p className="font-mono text-xs break-all text-muted-foreground">
          {method} {request.url}
        </p>
        {request.problem && (
          <p role="alert" className="text-sm text-destructive">
            {request.problem}
          </p>
        )}
      </form>
    </Panel>
  )
}
