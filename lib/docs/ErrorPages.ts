import { advice, AppError, codes, toProblem, type ErrorCode } from '@/lib/errors'
import type { DocsPage } from './DocsPage'

/** A page for each error code, and the list of all. */

type Owner = (typeof codes)[ErrorCode]['owner']

const owners: Record<Owner, { word: string; sentence: string }> = {
  client: { word: 'Caller', sentence: 'The caller: the agent, or the program that sent the request.' },
  merchant: { word: 'Merchant', sentence: 'The merchant that sells this resource.' },
  upstream: { word: 'Seller’s API', sentence: 'The API behind this resource.' },
  platform: { word: 'Server', sentence: 'The operator of this server.' },
}

/** @param origin public URL of this server, for the example answers. */
export function errorPages(origin: string): DocsPage[] {
  const all = Object.keys(codes) as ErrorCode[]
  return [listPage(all), ...all.map((code) => pageOf(code, origin))]
}

function listPage(all: readonly ErrorCode[]): DocsPage {
  const rows = all.map((code) => {
    const { status, owner, retryable, title } = codes[code]
    return `| ${status} | [${title}](/docs/errors/${code}) | \`${code}\` | ${owners[owner].word} | ${retryable ? 'Yes' : 'No'} |`
  })
  return {
    slug: 'errors',
    title: 'Errors',
    group: 'Reference',
    description: 'Every error code: its meaning, who has to act, and what to do.',
    markdown: `Every refusal is \`application/problem+json\` (RFC 9457). Its \`type\` is the address of one of these pages, \`code\` is the last
part of that address, and \`retryable\` says whether another try can succeed. A payment whose outcome is not known is answered
503 [\`settlement-pending\`](/docs/errors/settlement-pending), never with a fresh 402.

| Status | Error | Code | Whose move | Try again |
| ------ | ----- | ---- | ---------- | --------- |
${rows.join('\n')}
`,
  }
}

function pageOf(code: ErrorCode, origin: string): DocsPage {
  const { status, owner, retryable, title, help } = codes[code]
  const example = JSON.stringify(toProblem(new AppError(code, firstSentence(help)), origin), null, 2)
  return {
    slug: `errors/${code}`,
    title,
    description: firstSentence(help),
    markdown: `${help}

| | |
| --- | --- |
| Code | \`${code}\` |
| HTTP status | ${status} |
| Who has to act | ${owners[owner].sentence} |
| Can another try succeed | ${retryable ? 'Yes.' : 'No, not with the same request.'} |

## What an agent should do

${advice(code)
  .map((step, index) => `${index + 1}. ${step}`)
  .join('\n')}

## What it looks like

\`\`\`http
HTTP/1.1 ${status}
Content-Type: application/problem+json
Cache-Control: no-store

${example}
\`\`\`

\`detail\` is a sentence about the request at hand; it never holds a secret. Decide by \`code\`, not by the sentence.

All errors: [the list](/docs/errors).
`,
  }
}

function firstSentence(text: string): string {
  return /^.*?[.](?=\s|$)/s.exec(text)?.[0] ?? text
}
