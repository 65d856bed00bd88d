import type { ResourceStatus } from '@/lib/merchants'
import { CodeBlock } from '../code-block'
import { CopyButton } from '../copy-button'
import { Panel } from '../panel'

const descriptions: Record<ResourceStatus, string> = {
  draft: 'A draft: it answers 404 until you put it on sale.',
  live: 'Agents call this URL. Without a payment it answers with both challenges.',
  paused: 'Paused: it answers 503 with Retry-After until it is resumed.',
  archived: 'Archived: it answers 404.',
}

/** The URL that agents call, and a command that shows its 402. */
export function TryIt({ url, method, status }: { url: string; method: string; status: ResourceStatus }) {
  const curl = `curl -i ${method === 'GET' ? '' : `-X ${method} `}'${url}'`
  return (
    <Panel isRegion title="Gateway address" description={descriptions[status]} contentClassName="flex flex-col gap-3">
      <div className="flex items-center justify-between gap-2 rounded-md border py-1 pr-1 pl-3">
        <span className="min-w-0 font-mono text-xs break-all">{url}</span>
        <CopyButton value={url} label="gateway address" />
      </div>
      <CodeBlock code={curl} label="curl command" />
    </Panel>
  )
}
