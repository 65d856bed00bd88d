import { AuditEvent } from '@/lib/audit'
import { Endpoint, EventSample } from '@/lib/webhooks'
import type { DocsPage } from './DocsPage'

/** The catalogue of webhook events: each type with its meaning and a body, written by the code that writes the real ones. */

const groupWords: Record<(typeof Endpoint.groups)[number], string> = {
  payment: 'Payments',
  channel: 'Channels',
  batch: 'Settlement batches',
  transaction: 'Transactions',
}

export function eventPage(): DocsPage {
  const groups = Endpoint.groups.map((group) => {
    const types = Endpoint.offered.filter((type) => type.startsWith(`${group}.`))
    return `## ${groupWords[group]}\n\n${types.map(entryOf).join('\n')}`
  })
  return {
    slug: 'events',
    title: 'Webhook events',
    group: 'Reference',
    description: 'Every event that an endpoint can get, with its meaning and a sample of its body.',
    markdown: `An endpoint that chooses no events gets all of these but \`channel.charged\`, which comes with every paid request of a
channel and must be chosen by name. How to receive and verify them: [Webhooks](/docs/webhooks).

\`data\` names the things that the event is about. \`data.event\` is the event as the audit log holds it: \`index\` is its place in the
log, \`actor\` is who caused it, \`data\` are its facts. A sample shows every fact that the type can carry; one event has some of them or all.
Amounts are base units of the token, as text.

${groups.join('\n\n')}

## Others

An endpoint that a rule for alerts names gets \`alert.opened\` and \`alert.resolved\`. **Send test** posts \`webhook.test\`:

\`\`\`json
{ "type": "webhook.test", "timestamp": "2026-11-30T09:41:07.123Z", "data": { "endpointId": "…", "message": "It works." } }
\`\`\`
`,
  }
}

function entryOf(type: Endpoint.OfferedType): string {
  return `### ${type}

${AuditEvent.types[type]}

\`\`\`json
${EventSample.bodyOf(type)}
\`\`\`
`
}
