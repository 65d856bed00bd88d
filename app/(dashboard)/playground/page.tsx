import { FlaskConical } from 'lucide-react'
import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { tokenDomains } from '@/app/_lib/token-domains'
import { Empty } from '@/components/empty'
import { PageHeader } from '@/components/page-header'
import { Playground } from '@/components/playground/playground'
import { RequestForm } from '@/components/playground/request-form'
import { Snippets } from '@/components/playground/snippets'
import { ButtonLink } from '@/components/ui/button-link'
import { Card } from '@/components/ui/card'
import { env } from '@/lib/env'
import { findSnippets } from '@/lib/gateway'
import { listResources } from '@/lib/merchants'
import { readToken } from './actions'
import { readRequest, type Params } from './read-request'

export const metadata: Metadata = { title: 'Playground' }

export default async function PlaygroundPage({ searchParams }: { searchParams: Promise<Params> }) {
  const scope = await requireSession()
  const params = await searchParams
  const resources = (await listResources(scope)).filter(({ status }) => status === 'live')
  const resource = resources.find(({ id }) => id === params.resource) ?? resources[0]
  const asked = resource && readRequest(resource, params)
  const call = asked && { method: resource.method, url: asked.url, body: asked.body }
  const snippets = call ? await findSnippets(resource.merchantSlug, resource.id, call) : []
  return (
    <>
      <PageHeader
        title="Playground"
        description="Buy one of your own resources as an agent does, step by step, and see each message."
      />
      {!resource || !asked ? (
        <Card>
          <Empty
            icon={FlaskConical}
            title="Nothing is on sale yet"
            action={<ButtonLink href="/resources/new">Create a resource</ButtonLink>}
          >
            Live resources can be bought here.
          </Empty>
        </Card>
      ) : (
        <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
          <div className="flex min-w-0 flex-col gap-4">
            <RequestForm
              key={resource.id}
              resources={resources.map(({ id, method, path, merchantSlug }) => ({
                value: id,
                label: `${method} /${merchantSlug}${path}`,
              }))}
              resourceId={resource.id}
              method={resource.method}
              request={asked}
            />
            <Snippets snippets={snippets} />
          </div>
          {asked.problem === undefined && (
            <Playground
              // A new request starts at the first step.
              key={`${asked.url} ${asked.body ?? ''}`}
              wanted={{ method: resource.method, url: asked.url, body: asked.body }}
              domains={tokenDomains()}
              readToken={readToken}
              testKey={env.SLUICE_DEMO ? (env.DEMO_PAYER_KEY as `0x${string}` | undefined) : undefined}
            />
          )}
        </div>
      )}
    </>
  )
}
