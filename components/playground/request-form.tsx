'use client'

import { useState } from 'react'
import { Button } from '../ui/button'
import { Card, CardContent, CardHeader } from '../ui/card'
import { describedBy, Field } from '../ui/field'
import { Input, Textarea } from '../ui/input'
import { Select, type SelectOption } from '../ui/select'

type Props = {
  resources: readonly SelectOption[]
  resourceId: string
  method: string
  asked: {
    values: Readonly<Record<string, string>>
    query: string
    body: string | undefined
    url: string
    problem: string | undefined
  }
}

/** What is bought: a resource and its request. The page's address holds it, so that it can be shared. */
export function RequestForm({ resources, resourceId, method, asked }: Props) {
  const [chosen, setChosen] = useState(resourceId)
  return (
    <Card aria-labelledby="request-title">
      <CardHeader id="request-title" title="Request" />
      <CardContent>
        <form method="GET" className="flex flex-col gap-3">
          <Field id="resource" label="Resource">
            <Select id="resource" name="resource" options={resources} value={chosen} onValueChange={setChosen} />
          </Field>
          {chosen === resourceId && (
            <>
              {Object.entries(asked.values).map(([name, value]) => (
                <Field key={name} id={`at.${name}`} label={`:${name}`}>
                  <Input id={`at.${name}`} name={`at.${name}`} defaultValue={value} />
                </Field>
              ))}
              <Field id="query" label="Query" hint="What stands behind the question mark.">
                <Input
                  id="query"
                  name="query"
                  defaultValue={asked.query}
                  placeholder="city=Bonn"
                  {...describedBy('query', { hint: true })}
                />
              </Field>
              {asked.body !== undefined && (
                <Field id="body" label="Body (JSON)">
                  <Textarea id="body" name="body" rows={4} className="font-mono text-xs" defaultValue={asked.body} />
                </Field>
              )}
            </>
          )}
          <div>
            <Button type="submit" variant="outline">
              {chosen === resourceId ? 'Use this request' : 'Choose this resource'}
            </Button>
          </div>
          <p className="font-mono text-xs break-all text-muted-foreground">
            {method} {asked.url}
          </p>
          {asked.problem && (
            <p role="alert" className="text-sm text-destructive">
              {asked.problem}
            </p>
          )}
        </form>
      </CardContent>
    </Card>
  )
}
