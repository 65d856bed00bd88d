import { encodeAbiParameters, keccak256, numberToHex, toHex, type Address, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import pg from 'pg'
import { Reserve } from '@/lib/chains'
import { curve } from '@/lib/chains/signature'
import type { Anvil } from './anvil'
import { evmNetwork, usdc } from './evm'
import { fundPathUsd, pathUsd, tempoNetwork } from './tempo'

/**
 * Fills a migrated database as years of business would, by set-based statements: payments with their ledger, audit log, batches and
 * transactions, channels of which some are open on the local chain too, and some of these due. Triggers and foreign keys are off while
 * it writes; CHECKs hold.
 */
export type Scale = {
  payments: number
  transactions: number
  channels: number
  /** Of the channels; they exist on the chain. */
  open: number
  /** Of those that are open, by the schedule that holds where a merchant has none. */
  due: number
}

/** The whole of it times `size`: a million payments of one merchant, and five million events. */
export function scaleOf(size: number): Scale {
  const part = (count: number) => Math.max(20, Math.round(count * size))
  return {
    payments: part(1_050_000),
    transactions: part(200_000),
    channels: part(100_000),
    open: part(20_000),
    due: part(500),
  }
}

const merchants = 20
const payers = 200
const depositBase = 1_000_000n
const settledBase = 5_000n
const spentBase = 10_000n
const asset = pathUsd.toLowerCase()
const token = usdc.toLowerCase()

type Chain = { evm: Anvil; tempo: Anvil; /** Address of the settlement signer, lower-case. */ operator: Address }

/** Blocks of the EVM chain, mined at once, in which the payments were. */
const blocks = 200

export async function seedScale(databaseUrl: string, scale: Scale, chain: Chain): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await chain.evm.rpc('anvil_mine', [numberToHex(blocks + 10)])
    await client.query(
      `SET session_replication_role = replica; SET synchronous_commit = off; SET client_min_messages = warning; SET maintenance_work_mem = '256MB'`,
    )
    // Making an index at once is several times faster than keeping it.
    const { rows: indexes } = await client.query<{ name: string; made: string }>(`
      SELECT i.relname AS name, pg_get_indexdef(i.oid) AS made FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
      WHERE i.relnamespace = 'public'::regnamespace AND x.indrelid = ANY(array[${grown.map((table) => `'${table}'::regclass`).join(', ')}])
        AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid)`)
    for (const { name } of indexes) await client.query(`DROP INDEX ${client.escapeIdentifier(name)}`)
    for (const statement of bookStatements(scale)) await client.query(statement)
    await insertChannels(client, scale, chain)
    for (const statement of channelStatements(scale)) await client.query(statement)
    for (const { made } of indexes) await client.query(made)
    for (const statement of [...derived, ...restStatements(scale), 'RESET session_replication_role', 'VACUUM ANALYZE'])
      await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Tables that most is written to. */
const grown = ['payment', 'transfer', 'transaction', 'attempt', 'channel', 'voucher', 'audit_event', 'settlement_batch']

const merchantOf = (n: string) => `md5('m' || (${n}) % ${merchants})::uuid`
const resourceOf = (n: string) => `md5('r' || (${n}) % ${merchants})::uuid`
/** Of 21 payments one is another merchant's, all others are of one, on twenty resources. */
const sellerOf = (n: string) =>
  `md5('m' || CASE WHEN (${n}) % 21 = 20 THEN 1 + (${n}) / 21 % ${merchants - 1} ELSE 0 END)::uuid`
const soldOf = (n: string) =>
  `md5(CASE WHEN (${n}) % 21 = 20 THEN 'r' || 1 + (${n}) / 21 % ${merchants - 1} ELSE 'r0.' || (${n}) / 21 % 20 END)::uuid`
const payTo = `'0x' || md5('payto') || '00000000'`
const payerOf = (n: string) => `'0x' || md5('payer' || (${n}) % 20000) || '00000000'`
const bytesOf = (what: string) => `'0x' || md5(${what}) || md5('more' || ${what})`
/** Something that compression does not make nothing of. */
const filler = (n: string, times: number) =>
  `jsonb_build_object(${Array.from({ length: times }, (_, at) => `'k${at}', md5('${at}' || ${n})`).join(', ')})`

function bookStatements({ payments, transactions }: Scale): string[] {
  const [last, lastTx] = [payments - 1, transactions - 1]
  const at = (n: string, of: number) => `now() - interval '90 days' + ${n} * (interval '89 days' / ${of})`
  return [
    `INSERT INTO merchant (id, slug, name) SELECT ${merchantOf('k')}, 's' || k, 'Merchant ' || k FROM generate_series(0, ${merchants - 1}) k`,
    `INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros, session)
      SELECT ${resourceOf('k')}, ${merchantOf('k')}, 'GET', '/thing', 'Thing', 'http://127.0.0.1:9/', 10000, true FROM generate_series(0, ${merchants - 1}) k`,
    `INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros)
      SELECT md5('r0.' || k)::uuid, ${merchantOf('0')}, 'GET', '/thing/' || k, 'Thing ' || k, 'http://127.0.0.1:9/', 10000 FROM generate_series(0, 19) k`,
    `INSERT INTO payment (id, merchant_id, resource_id, protocol, scheme, wire, network, asset, payer, pay_to, amount_base, claim_key,
        fingerprint, request, quote_id, quoted_at, settle_when, status, settlement, challenge, credential, instrument, batch_id,
        transaction_id, tx_hash, log_index, block_number, upstream_status, created_at, settled_at, delivered_at, refunded_base)
      SELECT md5('p' || n)::uuid, ${sellerOf('n')}, ${soldOf('n')}, 'x402', 'exact', 'x402 v2', '${evmNetwork}', '${token}', ${payerOf('n')},
        ${payTo}, 10000, 'eip3009|${evmNetwork}|${token}|' || ${payerOf('n')} || '|' || ${bytesOf("'n' || n")}, decode(md5('f' || n), 'hex'), '{"method":"GET","path":"/thing"}', md5('q' || n),
        at, 'after', (CASE WHEN n % 100 < 97 THEN 'delivered' WHEN n % 100 < 99 THEN 'voided' ELSE 'refunded' END)::payment_status,
        (CASE WHEN n % 100 BETWEEN 97 AND 98 THEN 'failed' ELSE 'settled' END)::settlement_status, '{}', ${filler('n', 8)}, '{}',
        md5('b' || n / 8)::uuid, md5('t' || n / 8)::uuid, CASE WHEN n % 100 NOT BETWEEN 97 AND 98 THEN ${bytesOf(`'h' || n / 8`)} END,
        CASE WHEN n % 100 NOT BETWEEN 97 AND 98 THEN n % 8 END, CASE WHEN n % 100 NOT BETWEEN 97 AND 98 THEN 1 + n::bigint * ${blocks} / ${payments} END, 200, at, at, at,
        CASE WHEN n % 100 = 99 THEN 10000 WHEN n % 1000 = 5 THEN 2500 ELSE 0 END
      FROM generate_series(0, ${last}) n, LATERAL (SELECT ${at('n', payments)} AS at) x`,
    `INSERT INTO refund (id, payment_id, merchant_id, network, asset, "to", amount_base, status, reason, created_at, paid_at)
      SELECT md5('rf' || n)::uuid, md5('p' || n)::uuid, ${sellerOf('n')}, '${evmNetwork}', '${token}', ${payerOf('n')}, 10000, 'paid', 'failed', now(), now()
      FROM generate_series(0, ${last}) n WHERE n % 100 = 99`,
    `INSERT INTO refund (id, payment_id, merchant_id, kind, request_key, network, asset, "to", amount_base, status, reason, created_at, paid_at)
      SELECT md5('rm' || n)::uuid, md5('p' || n)::uuid, ${sellerOf('n')}, 'member', 'request 1', '${evmNetwork}', '${token}', ${payerOf('n')}, 2500, 'paid', 'a part', now(), now()
      FROM generate_series(0, ${last}) n WHERE n % 1000 = 5`,
    `INSERT INTO transfer (id, kind, pending_id, reason, debit, credit, network, asset, amount_base, payment_id, at)
      SELECT 1000 + n::bigint * 3 + k, (array['pending', 'post', 'direct'])[k + 1]::transfer_kind, CASE WHEN k = 1 THEN 1000 + n::bigint * 3 END,
        (array['authorize', 'earn', 'settle'])[k + 1], CASE WHEN k = 2 THEN 'cash:' || ${payTo} ELSE 'receivable:' || ${sellerOf('n')} END,
        CASE WHEN k = 2 THEN 'receivable:' ELSE 'revenue:' END || ${sellerOf('n')}, '${evmNetwork}', '${token}', 10000, md5('p' || n)::uuid, ${at('n', payments)}
      FROM generate_series(0, ${last}) n, generate_series(0, 2) k WHERE n % 100 NOT BETWEEN 97 AND 98 OR k = 0`,
    `INSERT INTO audit_event (seq, at, type, actor, merchant_id, resource_id, payment_id, batch_id, transaction_id, data, xid)
      SELECT 1000 + n::bigint * 5 + k, ${at('n', payments)}, (array['payment.accepted', 'payment.settling', 'payment.settled', 'payment.delivered'])[k + 1],
        CASE WHEN k > 0 THEN '{"kind":"system","id":"settle"}' ELSE jsonb_build_object('kind', 'agent', 'id', ${payerOf('n')}) END,
        ${sellerOf('n')}, ${soldOf('n')}, md5('p' || n)::uuid, CASE WHEN k = 1 THEN md5('b' || n / 8)::uuid END,
        CASE WHEN k IN (1, 2) THEN md5('t' || n / 8)::uuid END, jsonb_build_object('path', '/thing', 'n', n), (10 + n::bigint * 600 / ${payments})::text::xid8
      FROM generate_series(0, ${last}) n, generate_series(0, 3) k`,
    // The events of a transaction are in the order of time among those of the payments.
    `INSERT INTO audit_event (seq, at, type, actor, transaction_id, data, xid)
      SELECT 1004 + (b::bigint * 5 + k) * ${Math.max(1, Math.floor(payments / transactions / 5))} * 5, ${at('b', transactions)},
        (array['transaction.queued', 'transaction.signed', 'transaction.broadcast', 'transaction.included', 'transaction.final'])[k + 1],
        '{"kind":"system","id":"submit"}', md5('t' || b)::uuid, jsonb_build_object('n', b), (10 + b::bigint * 600 / ${transactions})::text::xid8
      FROM generate_series(0, ${lastTx}) b, generate_series(0, 4) k`,
    `INSERT INTO transaction (id, network, kind, signer, purpose, "to", data, gas_limit, status, nonce, epoch, hash, block_number, block_hash,
        gas_used, gas_price, logs, created_at, submitted_at, included_at, safe_at, final_at)
      SELECT md5('t' || b)::uuid, '${evmNetwork}', 'call', '0x' || md5('signer') || '00000000', 'settlement', '${token}', decode(repeat(md5('d' || b), 8), 'hex'),
        600000, 'final', b, 1, ${bytesOf(`'h' || b`)}, 1 + b::bigint * ${blocks} / ${transactions}, ${bytesOf(`'k' || b`)}, 300000, 7, ${filler('b', 8)}, at, at, at, at, at
      FROM generate_series(0, ${lastTx}) b, LATERAL (SELECT ${at('b', transactions)} AS at) x`,
    `INSERT INTO attempt (hash, transaction_id, seq, raw, max_fee_per_gas, tip_per_gas, gas)
      SELECT ${bytesOf(`'h' || b`)}, md5('t' || b)::uuid, 1, decode(repeat(md5('w' || b), 8), 'hex'), 7, 1, 600000 FROM generate_series(0, ${lastTx}) b`,
    `INSERT INTO settlement_batch (id, network, asset, status, form, transaction_id, size, amount_base, settled_count, created_at, applied_at)
      SELECT md5('b' || b)::uuid, '${evmNetwork}', '${token}', 'applied', 'aggregate', md5('t' || b)::uuid, 8, 80000, 8, at, at
      FROM generate_series(0, ${Math.floor(last / 8)}) b, LATERAL (SELECT ${at('b', transactions)} AS at) x WHERE b <= ${lastTx}`,
  ]
}

function keyOf(at: number): Hex {
  return keccak256(toHex(`payer key ${at % payers}`))
}

/**
 * Rows of open channels, and their words in the reserve's storage; a due one has a voucher that the contract takes. One in fifty was
 * paid more than its row says.
 */
async function insertChannels(client: pg.Client, { open, due }: Scale, { tempo, operator }: Chain): Promise<void> {
  await fundPathUsd(tempo, Reserve.address, BigInt(open) * depositBase)
  const accounts = Array.from(
    { length: payers },
    (_, at) => privateKeyToAccount(keyOf(at)).address.toLowerCase() as Address,
  )
  const payeeOf = (at: number) => `0x${keccak256(toHex(`payee ${at % merchants}`)).slice(26)}` as Address
  const rows: object[] = []
  const writes: Promise<unknown>[] = []
  for (let at = 0; at < open; at++) {
    const descriptor = Reserve.normalise({
      payer: accounts[at % payers] as Address,
      payee: payeeOf(at),
      operator,
      token: pathUsd,
      salt: keccak256(toHex(`salt ${at}`)),
      authorizedSigner: `0x${'0'.repeat(40)}`,
      expiringNonceHash: keccak256(toHex(`hash ${at}`)),
    })
    const id = Reserve.channelId(descriptor, tempoNetwork)
    const isDue = at < due
    const settled = isDue || at % 2 === 0 ? settledBase : spentBase
    const slot = keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'uint256' }], [id, 0n]))
    writes.push(
      tempo.rpc('anvil_setStorageAt', [
        Reserve.address,
        slot,
        numberToHex(settled | (depositBase << 96n), { size: 32 }),
      ]),
    )
    if (writes.length >= 100) await Promise.all(writes.splice(0))
    rows.push({
      at,
      id,
      descriptor,
      signature: isDue ? sign(id, keyOf(at)) : '00'.repeat(65),
      isDue,
      settled: String(at % 50 === 49 ? settled - 1_000n : settled),
    })
    if (rows.length === 1_000 || at === open - 1) await insertRows(client, rows.splice(0), operator)
  }
  await Promise.all(writes)
}

function sign(channelId: Hex, key: Hex): string {
  const digest = Reserve.voucherDigest(tempoNetwork, { channelId, cumulativeBase: spentBase })
  const { compact, recoveryId } = curve.sign(digest, Buffer.from(key.slice(2), 'hex'))
  return `${Buffer.from(compact).toString('hex')}${(27 + recoveryId).toString(16)}`
}

async function insertRows(client: pg.Client, rows: readonly object[], operator: Address): Promise<void> {
  await client.query(
    `INSERT INTO channel (id, merchant_id, resource_id, protocol, wire, network, escrow, asset, payer, payee, operator, signer, descriptor,
        status, deposit_base, accepted_base, accepted_signature, spent_base, settled_base, units, vouchers, settled_units,
        settled_spent_base, open_transaction_id, created_at, opened_at, last_voucher_at, last_settled_at)
      SELECT c.id, ${merchantOf('c.at')}, ${resourceOf('c.at')}, 'mpp', 'mpp tempo session', '${tempoNetwork}', '${Reserve.address}', '${asset}',
        c.descriptor ->> 'payer', c.descriptor ->> 'payee', $2, c.descriptor ->> 'payer', c.descriptor, 'open', ${depositBase}, ${spentBase},
        decode(c.signature, 'hex'), ${spentBase}, c.settled, 10, 10, c.settled / 1000, c.settled, md5('t' || c.at)::uuid,
        now() - interval '10 days', now() - interval '10 days', now() - c.at % 600 * interval '1 second',
        now() - CASE WHEN c."isDue" THEN interval '2 hours' ELSE c.at % 600 * interval '1 second' END
      FROM jsonb_to_recordset($1::jsonb) AS c(at int, id text, descriptor jsonb, signature text, "isDue" boolean, settled numeric)`,
    [JSON.stringify(rows), operator],
  )
}

function channelStatements({ payments, channels, open, transactions }: Scale): string[] {
  return [
    `INSERT INTO channel (id, merchant_id, resource_id, protocol, wire, network, escrow, asset, payer, payee, operator, signer, descriptor,
        status, deposit_base, accepted_base, accepted_signature, spent_base, settled_base, units, vouchers, settled_units,
        settled_spent_base, open_transaction_id, created_at, opened_at, last_voucher_at, last_settled_at, closed_at, refunded_base, next_due_at)
      SELECT ${bytesOf(`'c' || i`)}, ${merchantOf('i')}, ${resourceOf('i')}, 'mpp', 'mpp tempo session', '${tempoNetwork}', '${Reserve.address}',
        '${asset}', ${payerOf('i')}, '0x' || md5('payee' || i % 20) || '00000000', '0xoperator', ${payerOf('i')}, '{}', 'closed', ${depositBase}, ${spentBase},
        '\\x00', ${spentBase}, ${spentBase}, 10, 10, 10, ${spentBase}, md5('co' || i)::uuid, at, at, at, at, at, 990000, NULL
      FROM generate_series(${open}, ${channels - 1}) i, LATERAL (SELECT now() - interval '90 days' + i * (interval '80 days' / ${channels}) AS at) x`,
    `INSERT INTO voucher (channel_id, cumulative_base, signature, charged_base, units, resource_id, upstream_status, at)
      SELECT c.id, k * 1000, c.accepted_signature, 1000, 1, c.resource_id, 200, c.created_at + k * interval '1 minute'
      FROM channel c, generate_series(1, 10) k`,
    `INSERT INTO transfer (id, kind, reason, debit, credit, network, asset, amount_base, channel_id, at)
      SELECT ${payments * 3 + 1_000} + row_number() OVER (), 'direct', 'earn', 'receivable:' || merchant_id, 'revenue:' || merchant_id, network, asset, 1000, id, created_at
      FROM channel, generate_series(1, 10) k`,
    `INSERT INTO transfer (id, kind, reason, debit, credit, network, asset, amount_base, channel_id, at)
      SELECT ${payments * 3 + channels * 10 + 2_000} + row_number() OVER (), 'direct', 'settle', 'cash:' || payee, 'receivable:' || merchant_id, network, asset, settled_base, id, created_at
      FROM channel WHERE settled_base > 0`,
    // Settlements of the past, some for each channel, in transactions of the past.
    `INSERT INTO channel_settlement (id, batch_id, channel_id, kind, trigger, cumulative_base, spent_base, units, vouchers, status, paid_base, created_at, applied_at)
      SELECT md5('cs' || c.id || k)::uuid, md5('b' || (c.at + k * 7) % ${Math.max(1, Math.floor(transactions / 2))})::uuid, c.id, 'settle', 'interval', k * 2500, k * 2500, k, k,
        'settled', 2500, c.created_at + k * interval '1 hour', now()
      FROM (SELECT id, created_at, row_number() OVER () AS at FROM channel) c, generate_series(1, 2) k`,
    `UPDATE channel c SET next_due_at = channel_due_at(c), is_unsettled = spent_base > settled_base WHERE status = 'open'`,
    `INSERT INTO channel_exposure (merchant_id, network, slot, micros)
      SELECT merchant_id, network, -1, sum(channel_risk(status, spent_base, settled_base, decimals)) FROM channel WHERE status = 'open' GROUP BY 1, 2`,
  ]
}

/** Rows that triggers would have written. */
const derived = [
  `INSERT INTO transaction_part (merchant_id, transaction_id, created_at)
    SELECT DISTINCT e.merchant_id, t.id, t.created_at FROM audit_event e JOIN transaction t ON t.id = e.transaction_id WHERE e.merchant_id IS NOT NULL`,
  `INSERT INTO batch_part (merchant_id, batch_id, created_at)
    SELECT p.merchant_id, b.id, b.created_at FROM settlement_batch b JOIN payment p ON p.batch_id = b.id
    UNION SELECT c.merchant_id, b.id, b.created_at FROM settlement_batch b JOIN channel_settlement s ON s.batch_id = b.id JOIN channel c ON c.id = s.channel_id`,
  `SELECT sale_correct()`,
]

/** The log's places, the sums, and something in every table that background tasks read. */
function restStatements({ payments, transactions, open }: Scale): string[] {
  const waiting = Math.max(100, Math.round(payments / 20))
  return [
    `INSERT INTO cash_sum (network, asset, address, slot, base)
      SELECT network, asset, substr(debit, 6), -1, sum(amount_base) FROM transfer WHERE debit LIKE 'cash:%' GROUP BY 1, 2, 3`,
    `INSERT INTO reconciliation (network, asset, address, block_number, opening_base, ledger_base, chain_base, difference_base)
      SELECT network, asset, address, 1, 0, base, base, 0 FROM cash_sum`,
    `INSERT INTO audit_leaf (index, seq, hash)
      SELECT row_number() OVER (ORDER BY seq) - 1, seq, decode(md5(seq::text) || md5('x' || seq), 'hex') FROM audit_event`,
    `UPDATE audit_log SET size = (SELECT count(*) FROM audit_leaf), window_from = pg_current_xact_id(), window_to = pg_current_xact_id(), window_seq = 0,
      frontier = (SELECT array_agg(decode(md5(g::text) || md5('z' || g), 'hex')) FROM generate_series(1,
        (SELECT length(replace(count(*)::int::bit(32)::text, '0', '')) FROM audit_leaf)) g)`,
    `SELECT setval('audit_event_seq_seq', (SELECT max(seq) FROM audit_event))`,
    `INSERT INTO audit_event (type, actor, merchant_id, data)
      SELECT 'payment.delivered', '{"kind":"system","id":"seed"}', ${merchantOf('n')}, '{}' FROM generate_series(1, 300) n`,
    `INSERT INTO intent (id, merchant_id, network, api_key_id, idempotency_key, body_hash, body, decision, created_at)
      SELECT md5('in' || b)::uuid, ${merchantOf('b')}, '${evmNetwork}', md5('key')::uuid, 'k' || b, '\\x00', '{}', '{"allowed":true}', now()
      FROM generate_series(1, ${Math.floor(transactions / 4)}) b`,
    // An endpoint that is dead: all of this waits for it, four to a subject.
    `INSERT INTO webhook_endpoint (id, merchant_id, url, types, sealed, last4, failing_since)
      SELECT md5('we')::uuid, ${merchantOf('0')}, 'http://127.0.0.1:9/', '{}', '\\x00', '0000', now() - interval '1 hour'`,
    `INSERT INTO webhook_delivery (id, endpoint_id, merchant_id, url, target, subject, event_seq, type, payload, status, due_at, attempts)
      SELECT md5('wd' || n)::uuid, md5('we')::uuid, ${merchantOf('0')}, 'http://127.0.0.1:9/', md5('we')::uuid::text, 'payment:' || n / 4, n, 'payment.delivered',
        '{}', CASE WHEN n % 2 = 0 THEN 'waiting' ELSE 'delivered' END, now() + CASE WHEN n < 40 THEN -1 ELSE 1 END * interval '1 hour', 0
      FROM generate_series(1, ${waiting}) n`,
    `INSERT INTO process (id, beat_at) SELECT md5('dead' || n)::uuid, now() - interval '1 day' FROM generate_series(1, 200) n`,
    `INSERT INTO channel_hold (channel_id, owner_id, amount_base)
      SELECT id, md5('dead' || 1)::uuid, 0 + 1 FROM (SELECT id FROM channel WHERE status = 'open' ORDER BY id DESC LIMIT ${Math.min(20, open)}) c`,
    `UPDATE channel SET accepted_base = accepted_base + 1, reserved_base = 1 WHERE id IN (SELECT channel_id FROM channel_hold)`,
    `INSERT INTO alert_rule (id, merchant_id, kind, params, created_by, operator)
      SELECT md5('rule' || kind)::uuid, ${merchantOf('0')}, kind, '{"minutes":5}', '0xowner', kind = 'endpoint'
      FROM unnest(array['unknown', 'held', 'reorg', 'webhook']) kind`,
    `SELECT setval('transfer_id_seq', (SELECT max(id) FROM transfer))`,
    `SELECT setval(pg_get_serial_sequence('webhook_delivery', 'position'), (SELECT max(position) FROM webhook_delivery) + 1)`,
  ]
}
