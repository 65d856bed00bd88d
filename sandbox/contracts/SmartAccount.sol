// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// An account that is a contract: what its owner's key signed is its own signature (ERC-1271). It can also be told to
/// misbehave while it is asked. For tests.
contract SmartAccount {
    address public owner;
    /// Burns all gas it is given when it is asked for a signature.
    bool public burning;

    function initialize(address owner_) external {
        require(owner == address(0), "SmartAccount: already initialized");
        owner = owner_;
    }

    function setBurning(bool burning_) external {
        burning = burning_;
    }

    /// Calls anything, as the owner.
    function execute(address to, bytes calldata data) external returns (bytes memory) {
        require(msg.sender == owner, "SmartAccount: not the owner");
        (bool ok, bytes memory answer) = to.call(data);
        require(ok, "SmartAccount: the call failed");
        return answer;
    }

    /// The signature may be followed by anything: contracts choose their own form.
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        while (burning) {}
        if (signature.length < 65) return 0xffffffff;
        (bytes32 r, bytes32 s) = abi.decode(signature[:64], (bytes32, bytes32));
        address signer = ecrecover(hash, uint8(signature[64]), r, s);
        return signer != address(0) && signer == owner ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}
