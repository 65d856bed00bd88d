# The same as route.mjs, for Python, which loads a module of this name by itself.
import os
import socket

start, end = (int(port or 0) for port in os.environ.get("INTEROP_ROUTE", ":").split(":"))
connect = socket.socket.connect


def routed(self, address):
    if end and isinstance(address, tuple) and address[1] == start:
        address = ("127.0.0.1", end) if self.family == socket.AF_INET else address
    return connect(self, address)


socket.socket.connect = routed
