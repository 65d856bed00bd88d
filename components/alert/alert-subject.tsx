import Link from 'next/link'

/** A link to the subject of an alert. */
export function AlertSubject({ subject }: { subject: string }) {
  const [group = '', id = ''] = subject.split(':')
  const pages: Record<string, { href: string; words: string }> = {
    transaction: { href: `/transactions/${id}`, words: 'Transaction' },
    payment: { href: `/payments/${id}`, words: 'Payment' },
    webhook: { href: `/webhooks/${id}`, words: 'Endpoint' },
    resource: { href: `/resources/${id}`, words: 'Resource' },
    payouts: { href: '/settings/payouts', words: 'Payouts' },
    signer: { href: '/signers', words: 'Signers' },
    endpoint: { href: '/networks', words: 'Networks' },
  }
  const page = pages[group]
  if (!page) return null
  return (
    <Link href={page.href} className="text-brand underline-offset-4 hover:underline">
      {page.words}
    </Link>
  )
}
