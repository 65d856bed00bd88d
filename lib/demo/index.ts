export { makeTestPayment, ways, type Way } from './make-test-payment'
