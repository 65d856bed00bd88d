/** What a client was asked to do; see ../Task.ts. */
export const task = JSON.parse(process.argv[2])

const receipts = ['payment-response', 'x-payment-response', 'payment-receipt']

/** Prints what came back and ends. @param headers anything with `get(name)` */
export function tell(status, body, headers) {
  const name = receipts.find((one) => headers?.get(one))
  const receipt = name && JSON.parse(Buffer.from(headers.get(name), 'base64url').toString())
  console.log(JSON.stringify({ status, body: String(body).slice(0, 500), receipt }))
  process.exit(0)
}

export async function tellResponse(response) {
  tell(response.status, await response.text(), response.headers)
}
