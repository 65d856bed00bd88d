import http from 'node:http'

/** The API that bench/vouchers.ts sells: as little work as an answer can be. */
const body = JSON.stringify({ fortune: 'You will soon receive exactly what you paid for.' })
http
  .createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
  })
  .listen(Number(process.argv[2]), '127.0.0.1', () => process.stdout.write('ready\n'))
