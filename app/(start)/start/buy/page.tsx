import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { readToken } from '@/app/(dashboard)/playground/actions'
import { orNotFound } from '@/app/_lib/or-not-found'
import { requireSession } from '@/app/_lib/session'
import { tokenDomains } from '@/app/_lib/token-domains'
import { FirstSale } from '@/components/start/first-sale'
import { StartSteps } from '@/components/start/steps'
import { ButtonLink } from '@/components/ui/button-link'
import { env } from '@/lib/env'
import { gatewayUrl, getResource } from '@/lib/merchants'
import { Amount } from '@/lib/money'

export const metadata: Metadata = { title: 'First sale' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** The first paid call of a new resource, made in the page. */
export default async function BuyPage({ searchParams }: Props) {
  const scope = await requireSession()
  const { resource: id } = await searchParams
  if (typeof id !== 'string') redirect('/resources')
  const { method, path, name, merchantSlug, priceMicros } = await orNotFound(getResource(scope, id))
  const url = gatewayUrl(merchantSlug) + path
  return (
    <>
      <StartSteps current={2} />
      <h1 className="text-xl font-semibold tracking-tight">{name} is on sale</h1>
      <p className="mt-1 mb-5 text-muted-foreground">
        Agents call <span className="font-mono text-xs break-all">{`${method} ${url}`}</span>
      </p>
      {path.includes(':') ? (
        <p className="mb-4">
          Its path has parts to fill in.{' '}
          <ButtonLink href={`/playground?resource=${id}`} size="sm">
            Buy it in the playground
          </ButtonLink>
        </p>
      ) : (
        <FirstSale
          request={{ method, url, body: ['POST', 'PUT', 'PATCH'].includes(method) ? '{}' : undefined }}
          price={Amount.formatDollars(priceMicros)}
          domains={tokenDomains()}
          readToken={readToken}
          testKey={env.SLUICE_DEMO ? (env.DEMO_PAYER_KEY as `0x${string}` | undefined) : undefined}
        />
      )}
    </>
  )
}
