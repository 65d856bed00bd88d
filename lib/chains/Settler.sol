// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// Moves EIP-3009 authorizations of one token in one transaction, each allowed to fail alone, from arguments that are packed.
/// It has no owner. It holds nothing, stores nothing and may do nothing that its caller may not: every account may hand an
/// authorization to its token. A caller that lies about an argument gets a signature that does not fit.
contract Settler {
    /// `payments` is one part after another, each for one payee: its address (20 bytes), how many payments follow (1 byte), and for
    /// each of them payer (20), value (16), validAfter (5), validBefore (5), nonce (32), r (32), s (32), v (1).
    /// What was moved, the token's events say; bytes that do not make a whole payment move nothing.
    function settle(address token, bytes calldata payments) external {
        assembly ("memory-safe") {
            // transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)
            let call_ := mload(0x40)
            mstore(call_, shl(224, 0xe3ee160e))
            let at := payments.offset
            let end := add(at, payments.length)
            for {} lt(at, end) {} {
                mstore(add(call_, 0x24), shr(96, calldataload(at)))
                let last := add(at, add(21, mul(143, byte(20, calldataload(at)))))
                for { at := add(at, 21) } lt(at, last) { at := add(at, 143) } {
                    if gt(add(at, 143), end) { revert(0, 0) }
                    mstore(add(call_, 0x04), shr(96, calldataload(at)))
                    mstore(add(call_, 0x44), shr(128, calldataload(add(at, 20))))
                    mstore(add(call_, 0x64), shr(216, calldataload(add(at, 36))))
                    mstore(add(call_, 0x84), shr(216, calldataload(add(at, 41))))
                    mstore(add(call_, 0xa4), calldataload(add(at, 46)))
                    mstore(add(call_, 0xc4), byte(0, calldataload(add(at, 142))))
                    calldatacopy(add(call_, 0xe4), add(at, 78), 64)
                    pop(call(gas(), token, 0, call_, 0x124, 0, 0))
                }
            }
        }
    }
}
