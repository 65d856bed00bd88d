import { FlaskConical } from 'lucide-react'
import type { Snippet } from '@/lib/discovery'
import type { ResourceStatus } from '@/lib/merchants'
import { CopyButton } from '../copy-button'
import { DocsLink } from '../docs-link'
import { Panel } from '../panel'
import { SnippetTabs } from '../playground/snippets'
import { ButtonLink } from '../ui/button-link'

const descriptions: Record<ResourceStatus, string> = {
  draft: 'A draft: it answers 404 until you put it on sale.',
  live: 'Agents call this URL. Without a payment it answers with both challenges.',
  paused: 'Paused: it answers 503 with Retry-After until it is resumed.',
  archived: 'Archived: it answers 404.',
}

type Props = {
  url: string
  status: ResourceStatus
  /** The request in each language that can pay for it, and a prompt. */
  snippets: readonly Snippet[]
  /** The Playground, opened on this resource. */
  playgroundHref: string
}

/** The URL that agents call, a way to buy from it now, and programs that do. */
export function TryIt({ url, status, snippets, playgroundHref }: Props) {
  return (
    <Panel
      isRegion
      title="Gateway address"
      description={descriptions[status]}
      {...(status === 'live' && {
        actions: (
          <ButtonLink href={playgroundHref}>
            <FlaskConical aria-hidden /> Buy it once
          </ButtonLink>
        ),
      })}
      contentClassName="flex flex-col gap-3"
    >
      <div className="flex items-center justify-between gap-2 rounded-md border py-1 pr-1 pl-3">
        <span className="min-w-0 font-mono text-xs break-all">{url}</span>
        <CopyButton value={url} label="gateway address" />
      </div>
      <SnippetTabs snippets={snippets} />
      <p className="text-xs text-muted-foreground">
        “Buy it once” opens the Playground with this resource. Guides: <DocsLink page="pay-x402">x402</DocsLink>,{' '}
        <DocsLink page="pay-mpp">MPP</DocsLink>.
      </p>
    </Panel>
  )
}
