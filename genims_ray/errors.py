"""Errors a user can act on. Command lines print the message on one line and exit with `status`."""

from __future__ import annotations


class UserError(Exception):
    """The run or check failed for a reason outside the program; exit status 1."""

    status = 1


class PassingError(UserError):
    """What may be gone when tried again: a connection that broke, a server that does not answer."""


class UsageError(UserError):
    """The command line or the configuration is wrong; exit status 2."""

    status = 2
