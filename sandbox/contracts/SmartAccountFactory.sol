// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import "./SmartAccount.sol";

/// Makes accounts at addresses that are known before (CREATE2), as the factories of wallets do. For tests.
contract SmartAccountFactory {
    /// The account of an owner; made when it is not there yet.
    function createAccount(address owner, uint256 salt) external returns (address account) {
        account = getAddress(owner, salt);
        if (account.code.length > 0) return account;
        SmartAccount made = new SmartAccount{salt: keyOf(owner, salt)}();
        made.initialize(owner);
    }

    /// Makes an account of another owner than the requested one.
    function createOther(address, uint256 salt) external returns (address) {
        SmartAccount made = new SmartAccount{salt: bytes32(salt)}();
        made.initialize(address(this));
        return address(made);
    }

    /// Burns all gas it is given.
    function burn() external pure {
        while (true) {}
    }

    function getAddress(address owner, uint256 salt) public view returns (address) {
        bytes32 code = keccak256(type(SmartAccount).creationCode);
        bytes32 hash = keccak256(abi.encodePacked(bytes1(0xff), address(this), keyOf(owner, salt), code));
        return address(uint160(uint256(hash)));
    }

    function keyOf(address owner, uint256 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(owner, salt));
    }
}
