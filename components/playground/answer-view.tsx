import { CodeBlock, Json } from '../code-block'
import type { Answer } from './buy'

/** An answer: status, decoded receipt, headers, body. */
export function AnswerView({ answer, label }: { answer: Answer; label: string }) {
  const { status, statusText, headers, body, ms } = answer
  const receipt = headers.find(([name]) => name === 'payment-response' || name === 'payment-receipt')
  const raw = [`HTTP/1.1 ${status} ${statusText}`, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\n')
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <p role="status" className="text-sm font-medium">
        {status} {statusText} <span className="font-normal text-muted-foreground">in {ms.toFixed(0)} ms</span>
      </p>
      {receipt && <Json value={decode(receipt[1])} label={`${label}: receipt (${receipt[0]}), decoded`} />}
      <CodeBlock code={body === '' ? '(no body)' : body} label={`${label}: body`} wrap />
      <details className="text-sm">
        <summary className="cursor-pointer text-muted-foreground">Headers</summary>
        <CodeBlock code={raw} label={`${label}: headers`} wrap className="mt-2" />
      </details>
    </div>
  )
}

/** JSON in base64 or base64url. */
function decode(value: string): unknown {
  try {
    return JSON.parse(atob(value.replaceAll('-', '+').replaceAll('_', '/'))) as unknown
  } catch {
    return value
  }
}
