export * as SignIn from './SignIn'
export { forgetNonces, signInWallet, type SignedIn } from './sign-in'
export { grantAccess, admitWallet, insertAccess, type Access } from './admit-wallet'
