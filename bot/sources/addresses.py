"""Which addresses of the network are public: a forum's name must not lead into the machines around the bot.

The check is made on the address that is connected to, not on a name or on an earlier look-up, so that a name which
leads elsewhere from one moment to the next gains nothing.
"""

import ipaddress
import socket
from typing import Any


class PrivateAddressError(OSError):
    """A connection to an address that is not a public one."""


def is_public(address: str) -> bool:
    """Whether an IP number belongs to the public internet. Raises ValueError for what is no IP number."""
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        number = number.ipv4_mapped or number.sixtofour or _translated(number) or number
    return number.is_global and not number.is_multicast and not number.is_reserved


def _translated(number: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 number that a gateway between both kinds of network makes of this one (RFC 6052)."""
    return ipaddress.IPv4Address(int(number) & 0xFFFFFFFF) if number in _GATEWAY else None


_GATEWAY = ipaddress.IPv6Network("64:ff9b::/96")


def public_socket(address: tuple[Any, ...]) -> socket.socket:
    """A socket for an entry of `getaddrinfo`. Raises PrivateAddressError unless its address is public."""
    family, kind, protocol, _, (host, *_) = address
    if not is_public(host):
        # Always the same words: only then does the error keep its class where a name has several addresses.
        raise PrivateAddressError("not a public address")
    return socket.socket(family, kind, protocol)
