import { POST } from '@/app/api/v1/transactions/route'

// One request for a transaction, as a process of its own, to be killed or stopped: it gets the request as its first argument.
const { key, headers, body } = JSON.parse(process.argv[2] ?? '') as { key: string; headers: object; body: object }
const answered = await POST(
  new Request('http://sluice.test/api/v1/transactions', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...headers },
    body: JSON.stringify(body),
  }),
)
if (!answered.ok) throw new Error(await answered.clone().text())
process.send?.({ status: answered.status, body: await answered.json() })
process.exit(0)
