// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

interface IErc3009 {
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;
    function transfer(address to, uint256 value) external returns (bool);
}

/// A stand-in for the deposit collector of x402's batch-settlement escrow that takes ERC-3009 authorizations: it receives what
/// the payer signed for, and hands it on. The nonce names the channel, so that an authorization fills no other one.
contract BatchSettlementCollector {
    /// The canonical escrow: the only caller that may collect.
    address private constant ESCROW = 0x4020074e9dF2ce1deE5A9C1b5c3f541D02a10003;

    error OnlyBatchSettlement();
    error SafeERC20FailedOperation(address token);

    function collect(address payer, address token, uint256 amount, bytes32 channelId, bytes calldata data) external {
        if (msg.sender != ESCROW) revert OnlyBatchSettlement();
        (uint256 validAfter, uint256 validBefore, uint256 salt, bytes memory signature) =
            abi.decode(data, (uint256, uint256, uint256, bytes));
        bytes32 nonce = keccak256(abi.encode(channelId, salt));
        IErc3009(token).receiveWithAuthorization(payer, address(this), amount, validAfter, validBefore, nonce, signature);
        if (!IErc3009(token).transfer(ESCROW, amount)) revert SafeERC20FailedOperation(token);
    }
}
