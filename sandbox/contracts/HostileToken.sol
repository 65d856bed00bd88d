// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// A token that answers every read as an honest one would and then does not do what it says: it moves nothing and does
/// not revert, or burns whatever gas it is given. For tests.
contract HostileToken {
    string public constant name = "USDC";
    string public constant version = "2";
    uint8 public constant decimals = 6;

    bool public burning;
    mapping(address => mapping(bytes32 => bool)) public authorizationState;

    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);

    function setBurning(bool burning_) external {
        burning = burning_;
    }

    function balanceOf(address) external pure returns (uint256) {
        return type(uint128).max;
    }

    function allowance(address, address) external pure returns (uint256) {
        return type(uint256).max;
    }

    function transferFrom(address, address, uint256) external view returns (bool) {
        while (burning) {}
        return true;
    }

    function transferWithAuthorization(
        address from,
        address,
        uint256,
        uint256,
        uint256,
        bytes32 nonce,
        bytes calldata
    ) external {
        while (burning) {}
        authorizationState[from][nonce] = true;
        emit AuthorizationUsed(from, nonce);
    }
}
