// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// Counts what execution did: each intent may have one effect, and a second one reverts and is thereby found. It has no
/// constructor, so its runtime code can be put at an address as it is.
contract Counter {
    /// Slot 0: while it is set, everything reverts. Tests set it between a simulation and its inclusion.
    bool public isClosed;
    /// How many intents had their effect.
    uint256 public total;
    mapping(bytes32 => uint256) public effects;

    event Executed(bytes32 indexed intentId, address indexed by, uint256 value);

    error AlreadyExecuted(bytes32 intentId);
    error Closed();

    function execute(bytes32 intentId) external payable {
        if (isClosed) revert Closed();
        if (effects[intentId] != 0) revert AlreadyExecuted(intentId);
        effects[intentId] = 1;
        total += 1;
        emit Executed(intentId, msg.sender, msg.value);
    }
}
