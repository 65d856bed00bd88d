export { closeDb, pool, prisma } from './client'
export { db, json, sql, withTransaction, type Sql, type Tx } from './transaction'
export { Prisma } from './generated/client'
