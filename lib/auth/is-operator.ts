import { env } from '../env'

/**
 * Whether this wallet is on the installation's list of operators. Checked at every request, so a removed one is out at once.
 */
export function isOperator(address: string): boolean {
  return env.OPERATORS.some((operator) => operator.toLowerCase() === address.toLowerCase())
}
