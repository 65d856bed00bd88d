// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// What the demo sells on chain: a line in a book. It has no constructor, so its runtime code can be put at an address as it is.
contract Guestbook {
    /// Slot 0: while it is set, sign reverts. Tests set it between a simulation and its inclusion.
    bool public isClosed;
    /// How many lines the book has.
    uint256 public entries;
    mapping(uint256 => string) public messageOf;

    uint256 public constant bytesMax = 140;

    event Signed(uint256 indexed entry, address indexed by, string message);

    error BookIsClosed();
    error MessageIsEmpty();
    error MessageIsTooLong(uint256 length, uint256 most);

    function sign(string calldata message) external returns (uint256 entry) {
        if (isClosed) revert BookIsClosed();
        uint256 length = bytes(message).length;
        if (length == 0) revert MessageIsEmpty();
        if (length > bytesMax) revert MessageIsTooLong(length, bytesMax);
        entry = ++entries;
        messageOf[entry] = message;
        emit Signed(entry, msg.sender, message);
    }
}
