import { parseAbi } from 'viem'
import * as BatchSettlement from './BatchSettlement'
import * as Reserve from './Reserve'

// Custom errors with a telling name, of contracts that calls are likely to meet.

const openZeppelin = parseAbi([
  'error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)',
  'error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)',
  'error ERC20InvalidSender(address sender)',
  'error ERC20InvalidReceiver(address receiver)',
  'error ERC20InvalidApprover(address approver)',
  'error ERC20InvalidSpender(address spender)',
  'error ERC721InvalidOwner(address owner)',
  'error ERC721NonexistentToken(uint256 tokenId)',
  'error ERC721IncorrectOwner(address sender, uint256 tokenId, address owner)',
  'error ERC721InvalidSender(address sender)',
  'error ERC721InvalidReceiver(address receiver)',
  'error ERC721InsufficientApproval(address operator, uint256 tokenId)',
  'error ERC721InvalidApprover(address approver)',
  'error ERC721InvalidOperator(address operator)',
  'error ERC1155InsufficientBalance(address sender, uint256 balance, uint256 needed, uint256 tokenId)',
  'error ERC1155InvalidSender(address sender)',
  'error ERC1155InvalidReceiver(address receiver)',
  'error ERC1155MissingApprovalForAll(address operator, address owner)',
  'error ERC1155InvalidApprover(address approver)',
  'error ERC1155InvalidOperator(address operator)',
  'error ERC1155InvalidArrayLength(uint256 idsLength, uint256 valuesLength)',
  'error ERC2612ExpiredSignature(uint256 deadline)',
  'error ERC2612InvalidSigner(address signer, address owner)',
  'error ERC4626ExceededMaxDeposit(address receiver, uint256 assets, uint256 max)',
  'error ERC4626ExceededMaxMint(address receiver, uint256 shares, uint256 max)',
  'error ERC4626ExceededMaxWithdraw(address owner, uint256 assets, uint256 max)',
  'error ERC4626ExceededMaxRedeem(address owner, uint256 shares, uint256 max)',
  'error AccessControlUnauthorizedAccount(address account, bytes32 neededRole)',
  'error AccessControlBadConfirmation()',
  'error OwnableUnauthorizedAccount(address account)',
  'error OwnableInvalidOwner(address owner)',
  'error EnforcedPause()',
  'error ExpectedPause()',
  'error ReentrancyGuardReentrantCall()',
  'error InvalidInitialization()',
  'error NotInitializing()',
  'error SafeERC20FailedOperation(address token)',
  'error SafeERC20FailedDecreaseAllowance(address spender, uint256 currentAllowance, uint256 requestedDecrease)',
  'error AddressEmptyCode(address target)',
  'error AddressInsufficientBalance(address account)',
  'error InsufficientBalance(uint256 balance, uint256 needed)',
  'error FailedCall()',
  'error FailedInnerCall()',
  'error InvalidAccountNonce(address account, uint256 currentNonce)',
  'error ECDSAInvalidSignature()',
  'error ECDSAInvalidSignatureLength(uint256 length)',
  'error ECDSAInvalidSignatureS(bytes32 s)',
])

/** Names in other implementations of EIP-3009. Circle's own reverts with strings. */
const eip3009 = parseAbi([
  'error AuthorizationExpired()',
  'error AuthorizationNotYetValid()',
  'error AuthorizationAlreadyUsed()',
])

const permit2 = parseAbi([
  'error SignatureExpired(uint256 signatureDeadline)',
  'error AllowanceExpired(uint256 deadline)',
  'error InsufficientAllowance(uint256 amount)',
  'error InvalidAmount(uint256 maxAmount)',
  'error InvalidNonce()',
  'error InvalidSignature()',
  'error InvalidSignatureLength()',
  'error InvalidSigner()',
  'error InvalidContractSignature()',
  'error LengthMismatch()',
  'error ExcessiveInvalidation()',
])

/** x402's proxies for Permit2. Names that they share with others are listed there. */
const x402 = parseAbi([
  'error InvalidAmount()',
  'error InvalidDestination()',
  'error InvalidOwner()',
  'error InvalidPermit2Address()',
  'error PaymentTooEarly()',
  'error Permit2612AmountMismatch()',
  'error AmountExceedsPermitted()',
  'error UnauthorizedFacilitator()',
])

const uniswap = parseAbi([
  'error TransactionDeadlinePassed()',
  'error ExecutionFailed(uint256 commandIndex, bytes message)',
  'error InvalidCommandType(uint256 commandType)',
  'error InsufficientToken()',
  'error InsufficientETH()',
  'error V2TooLittleReceived()',
  'error V2TooMuchRequested()',
  'error V2InvalidPath()',
  'error V3TooLittleReceived()',
  'error V3TooMuchRequested()',
  'error V3InvalidSwap()',
  'error V4TooLittleReceived(uint256 minAmountOutReceived, uint256 amountReceived)',
  'error V4TooMuchRequested(uint256 maxAmountInRequested, uint256 amountRequested)',
  'error PoolNotInitialized()',
  'error CurrencyNotSettled()',
])

const tip20 = parseAbi([
  'error InsufficientBalance(uint256 available, uint256 required, address token)',
  'error InsufficientAllowance()',
  'error PolicyForbids()',
  'error ContractPaused()',
])

/** Multicall3 and the routers before it revert with strings. */
export const knownErrors = [
  ...tip20,
  ...Reserve.abi,
  ...BatchSettlement.abi,
  ...openZeppelin,
  ...eip3009,
  ...permit2,
  ...x402,
  ...uniswap,
]
