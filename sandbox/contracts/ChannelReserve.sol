// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

interface ITip20 {
    error InvalidToken();

    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

interface ISignatureVerifier {
    function recover(bytes32 hash, bytes calldata signature) external view returns (address);
}

/// A stand-in for Tempo's TIP-20 channel reserve (TIP-1034), a precompile of protocol T5, on a local chain that knows
/// only earlier ones: the same functions, events, errors, order of checks and storage layout. Two things a contract
/// cannot do, sandbox/tempo-shim.ts does for it: it puts down the hash of the transaction that carries an `open`, and
/// lets the reserve pull a payer's tokens. No constructor: its runtime code is put at the canonical address.
contract ChannelReserve {
    struct ChannelDescriptor {
        address payer;
        address payee;
        address operator;
        address token;
        bytes32 salt;
        address authorizedSigner;
        bytes32 expiringNonceHash;
    }

    /// One storage slot.
    struct ChannelState {
        uint96 settled;
        uint96 deposit;
        uint32 closeRequestedAt;
    }

    struct Channel {
        ChannelDescriptor descriptor;
        ChannelState state;
    }

    uint64 public constant CLOSE_GRACE_PERIOD = 15 minutes;
    bytes32 public constant VOUCHER_TYPEHASH = keccak256("Voucher(bytes32 channelId,uint96 cumulativeAmount)");

    /// TIP-1020, which the local chain has: secp256k1, P256 and WebAuthn.
    ISignatureVerifier private constant VERIFIER = ISignatureVerifier(0x5165300000000000000000000000000000000000);
    bytes12 private constant TIP20_PREFIX = 0x20C000000000000000000000;
    /// What Tempo's nodes take for the hash where there is no signed transaction: in simulations.
    bytes32 private constant SIMULATION_HASH = "TEMPO_RPC_SIMULATION_MPP_CONTEXT";

    mapping(bytes32 channelId => ChannelState) private states;
    /// By keccak256(sender ‖ calldata) of the `open`. Written from outside: sandbox/channel-reserve.ts knows its slot, 1.
    mapping(bytes32 call => bytes32) private expiringNonceHashes;

    event ChannelOpened(
        bytes32 indexed channelId,
        address indexed payer,
        address indexed payee,
        address operator,
        address token,
        address authorizedSigner,
        bytes32 salt,
        bytes32 expiringNonceHash,
        uint96 deposit
    );
    event Settled(
        bytes32 indexed channelId,
        address indexed payer,
        address indexed payee,
        uint96 cumulativeAmount,
        uint96 deltaPaid,
        uint96 newSettled
    );
    event TopUp(
        bytes32 indexed channelId,
        address indexed payer,
        address indexed payee,
        uint96 additionalDeposit,
        uint96 newDeposit
    );
    event CloseRequested(
        bytes32 indexed channelId, address indexed payer, address indexed payee, uint256 closeGraceEnd
    );
    event ChannelClosed(
        bytes32 indexed channelId,
        address indexed payer,
        address indexed payee,
        uint96 settledToPayee,
        uint96 refundedToPayer
    );
    event CloseRequestCancelled(bytes32 indexed channelId, address indexed payer, address indexed payee);

    error ChannelAlreadyExists();
    error ChannelNotFound();
    error NotPayer();
    error NotPayeeOrOperator();
    error InvalidPayee();
    error ZeroDeposit();
    error ExpiringNonceHashNotSet();
    error InvalidSignature();
    error AmountExceedsDeposit();
    error AmountNotIncreasing();
    error CaptureAmountInvalid();
    error CloseNotReady();
    error DepositOverflow();

    // The payer's

    function open(
        address payee,
        address operator,
        address token,
        uint96 deposit,
        bytes32 salt,
        address authorizedSigner
    ) external returns (bytes32 channelId) {
        if (payee == address(0) || isTip20(payee)) revert InvalidPayee();
        if (!isTip20(token)) revert ITip20.InvalidToken();
        if (deposit == 0) revert ZeroDeposit();
        bytes32 hash = expiringNonceHashes[keccak256(abi.encodePacked(msg.sender, msg.data))];
        if (hash == 0) hash = SIMULATION_HASH;
        channelId = computeChannelId(msg.sender, payee, operator, token, salt, authorizedSigner, hash);
        if (states[channelId].deposit != 0 || wasOpenedInThisTransaction(channelId)) revert ChannelAlreadyExists();
        ITip20(token).transferFrom(msg.sender, address(this), deposit);
        states[channelId] = ChannelState(0, deposit, 0);
        emit ChannelOpened(channelId, msg.sender, payee, operator, token, authorizedSigner, salt, hash, deposit);
    }

    /// Nothing added and no close requested: changes nothing.
    function topUp(ChannelDescriptor calldata descriptor, uint96 additionalDeposit) external {
        (bytes32 channelId, ChannelState memory state) = load(descriptor);
        if (msg.sender != descriptor.payer) revert NotPayer();
        bool wasClosing = state.closeRequestedAt != 0;
        if (additionalDeposit == 0 && !wasClosing) return;
        if (additionalDeposit > type(uint96).max - state.deposit) revert DepositOverflow();
        if (additionalDeposit != 0) {
            ITip20(descriptor.token).transferFrom(msg.sender, address(this), additionalDeposit);
        }
        state.deposit += additionalDeposit;
        state.closeRequestedAt = 0;
        states[channelId] = state;
        if (wasClosing) emit CloseRequestCancelled(channelId, descriptor.payer, descriptor.payee);
        emit TopUp(channelId, descriptor.payer, descriptor.payee, additionalDeposit, state.deposit);
    }

    /// A second request changes nothing.
    function requestClose(ChannelDescriptor calldata descriptor) external {
        (bytes32 channelId, ChannelState memory state) = load(descriptor);
        if (msg.sender != descriptor.payer) revert NotPayer();
        if (state.closeRequestedAt != 0) return;
        states[channelId].closeRequestedAt = uint32(block.timestamp);
        emit CloseRequested(channelId, descriptor.payer, descriptor.payee, block.timestamp + CLOSE_GRACE_PERIOD);
    }

    function withdraw(ChannelDescriptor calldata descriptor) external {
        (bytes32 channelId, ChannelState memory state) = load(descriptor);
        if (msg.sender != descriptor.payer) revert NotPayer();
        if (state.closeRequestedAt == 0 || block.timestamp < state.closeRequestedAt + CLOSE_GRACE_PERIOD) {
            revert CloseNotReady();
        }
        delete states[channelId];
        uint96 refund = state.deposit - state.settled;
        pay(descriptor.token, descriptor.payer, refund);
        emit ChannelClosed(channelId, descriptor.payer, descriptor.payee, state.settled, refund);
    }

    // The payee's and its operator's

    function settle(ChannelDescriptor calldata descriptor, uint96 cumulativeAmount, bytes calldata signature)
        external
    {
        (bytes32 channelId, ChannelState memory state) = load(descriptor);
        checkPayeeOrOperator(descriptor);
        if (cumulativeAmount > state.deposit) revert AmountExceedsDeposit();
        if (cumulativeAmount <= state.settled) revert AmountNotIncreasing();
        checkVoucher(descriptor, channelId, cumulativeAmount, signature);
        uint96 delta = cumulativeAmount - state.settled;
        states[channelId].settled = cumulativeAmount;
        pay(descriptor.token, descriptor.payee, delta);
        emit Settled(channelId, descriptor.payer, descriptor.payee, cumulativeAmount, delta, cumulativeAmount);
    }

    /// A voucher for more than the deposit is good here: `captureAmount` is what is paid, and is bound by it.
    function close(
        ChannelDescriptor calldata descriptor,
        uint96 cumulativeAmount,
        uint96 captureAmount,
        bytes calldata signature
    ) external {
        (bytes32 channelId, ChannelState memory state) = load(descriptor);
        checkPayeeOrOperator(descriptor);
        if (captureAmount < state.settled || captureAmount > cumulativeAmount) revert CaptureAmountInvalid();
        if (captureAmount > state.deposit) revert AmountExceedsDeposit();
        if (captureAmount > state.settled) checkVoucher(descriptor, channelId, cumulativeAmount, signature);
        delete states[channelId];
        uint96 refund = state.deposit - captureAmount;
        pay(descriptor.token, descriptor.payee, captureAmount - state.settled);
        pay(descriptor.token, descriptor.payer, refund);
        emit ChannelClosed(channelId, descriptor.payer, descriptor.payee, captureAmount, refund);
    }

    // Views

    function getChannel(ChannelDescriptor calldata descriptor) external view returns (Channel memory) {
        return Channel(descriptor, states[idOf(descriptor)]);
    }

    function getChannelState(bytes32 channelId) external view returns (ChannelState memory) {
        return states[channelId];
    }

    function getChannelStatesBatch(bytes32[] calldata channelIds) external view returns (ChannelState[] memory found) {
        found = new ChannelState[](channelIds.length);
        for (uint256 i = 0; i < channelIds.length; i++) {
            found[i] = states[channelIds[i]];
        }
    }

    function computeChannelId(
        address payer,
        address payee,
        address operator,
        address token,
        bytes32 salt,
        address authorizedSigner,
        bytes32 expiringNonceHash
    ) public view returns (bytes32) {
        return keccak256(
            abi.encode(
                payer,
                payee,
                operator,
                token,
                salt,
                authorizedSigner,
                expiringNonceHash,
                address(this),
                block.chainid
            )
        );
    }

    function getVoucherDigest(bytes32 channelId, uint96 cumulativeAmount) public view returns (bytes32) {
        bytes32 structHash = keccak256(abi.encode(VOUCHER_TYPEHASH, channelId, cumulativeAmount));
        return keccak256(abi.encodePacked("\x19\x01", domainSeparator(), structHash));
    }

    function domainSeparator() public view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("TIP20 Channel Reserve"),
                keccak256("1"),
                block.chainid,
                address(this)
            )
        );
    }

    /// Protocol T7 gives credits for deleted slots; before it there are none.
    function storageCredits(address) external pure returns (uint64) {
        return 0;
    }

    // Inside

    function isTip20(address account) private pure returns (bool) {
        return bytes12(bytes20(account)) == TIP20_PREFIX;
    }

    function idOf(ChannelDescriptor calldata descriptor) private view returns (bytes32) {
        return computeChannelId(
            descriptor.payer,
            descriptor.payee,
            descriptor.operator,
            descriptor.token,
            descriptor.salt,
            descriptor.authorizedSigner,
            descriptor.expiringNonceHash
        );
    }

    function load(ChannelDescriptor calldata descriptor)
        private
        view
        returns (bytes32 channelId, ChannelState memory state)
    {
        channelId = idOf(descriptor);
        state = states[channelId];
        if (state.deposit == 0) revert ChannelNotFound();
    }

    /// Marks it too. A closed channel leaves no state, so this is what refuses to open it again within its transaction.
    function wasOpenedInThisTransaction(bytes32 channelId) private returns (bool was) {
        assembly {
            was := tload(channelId)
            tstore(channelId, 1)
        }
    }

    function checkPayeeOrOperator(ChannelDescriptor calldata descriptor) private view {
        if (msg.sender == descriptor.payee) return;
        if (descriptor.operator == address(0) || msg.sender != descriptor.operator) revert NotPayeeOrOperator();
    }

    function checkVoucher(
        ChannelDescriptor calldata descriptor,
        bytes32 channelId,
        uint96 cumulativeAmount,
        bytes calldata signature
    ) private view {
        address expected = descriptor.authorizedSigner == address(0) ? descriptor.payer : descriptor.authorizedSigner;
        try VERIFIER.recover(getVoucherDigest(channelId, cumulativeAmount), signature) returns (address signer) {
            if (signer != expected) revert InvalidSignature();
        } catch {
            revert InvalidSignature();
        }
    }

    function pay(address token, address to, uint96 amount) private {
        if (amount != 0) ITip20(token).transfer(to, amount);
    }
}
