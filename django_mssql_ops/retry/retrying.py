"""Runs a function with retries: in a loop, as a coroutine, in transactions of its own."""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import ExitStack
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar, cast
from weakref import WeakSet

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.retry import pauses
from django_mssql_ops.retry.arrivals import record_new_connections
from django_mssql_ops.retry.declarations import (
    aliases_of,
    check_function,
    is_coroutine_function,
    name_of,
    policy_of,
    verifier_of,
)
from django_mssql_ops.retry.policy import RetryPolicy
from django_mssql_ops.retry.tries import Call, Tries, random_number

if TYPE_CHECKING:
    from django_mssql_ops.retry.decision import Decision
    from django_mssql_ops.retry.verification import Claim, Verifier, Verify

P = ParamSpec("P")
R = TypeVar("R")

_ATOMIC_COROUTINE: Final = (
    "{name} is a coroutine function, and Django's atomic() does not work in one: retry a function "
    "with atomic=True and call that by sync_to_async"
)
_GENERATOR: Final = (
    "{name} is a generator function: it runs after the call that would be retried; retry the "
    "function that consumes it"
)
#: Declarations remembered for :func:`declared`; more than this are not listed.
_MOST_LISTED: Final = 1000
_listed: WeakSet[Retrying] = WeakSet()


class Retrying:
    """What ``retry_on_transient(...)`` returns: decorates a function, or calls one."""

    def __init__(
        self,
        *,
        max_retries: int = 3,
        base_delay: float = 1.0,
        max_delay: float = 30.0,
        deadline: float | None = None,
        using: str | Sequence[str] | None = None,
        atomic: bool = False,
        idempotent: bool = False,
        verify: Verify | None = None,
        policy: RetryPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        random: Callable[[], float] = random_number,
    ) -> None:
        """See docs/retry.md; ``policy`` stands for the four figures before ``using``.

        Raises ConfigurationError that names the argument.
        """
        figures = RetryPolicy(
            max_retries=max_retries, base_delay=base_delay, max_delay=max_delay, deadline=deadline
        )
        self.policy = policy_of(policy, figures)
        self.using = aliases_of(using, atomic=atomic)
        self.atomic = atomic
        self.idempotent = idempotent
        self.verify = verify
        #: The qualified names of the functions it decorates.
        self.functions: list[str] = []
        self._clock, self._sleep, self._random = clock, sleep, random
        self._checked = False
        self._verifier = verifier_of(verify)
        if self._verifier is not None and not atomic:
            raise ConfigurationError(
                "verify records a token in the transaction of each attempt: it needs atomic=True"
            )
        if verify is not None and self._verifier is None and not callable(verify):
            raise ConfigurationError(
                f"verify is a {type(verify).__name__}; it must be a callable without arguments"
            )

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """``function``, retried."""
        if isinstance(function, classmethod | staticmethod):
            return cast("Callable[P, R]", type(function)(self(function.__func__)))
        record_new_connections()
        call = self._call(function)
        self.functions.append(call.name)
        if len(_listed) < _MOST_LISTED:
            _listed.add(self)
        if is_coroutine_function(function):
            return cast("Callable[P, R]", self._async_wrapper(function, call))

        @wraps(function)
        def retried(*args: P.args, **kwargs: P.kwargs) -> R:
            return self._run(call, function, args, kwargs)

        return retried

    def call(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call ``function`` now, with retries; an awaitable for a coroutine function."""
        call = self._call(function)
        if is_coroutine_function(function):
            return cast("R", self._run_async(call, cast("Any", function), args, kwargs))
        return self._run(call, function, args, kwargs)

    def _call(self, function: Callable[..., object]) -> Call:
        check_function(function)
        name = name_of(function)
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise ConfigurationError(_GENERATOR.format(name=name))
        if self.atomic and is_coroutine_function(function):
            raise ConfigurationError(_ATOMIC_COROUTINE.format(name=name))
        return Call(
            self.policy,
            using=self.using,
            idempotent=self.idempotent,
            can_verify=self.verify is not None,
            name=name,
            clock=self._clock,
            random=self._random,
        )

    def _check(self) -> None:
        """Once, at the first call: DATABASES may not be there yet when a module is imported."""
        from django_mssql_ops.connections import check_aliases

        check_aliases(self.using)
        self._checked = True

    # The next attempt must not begin while the last one's exception is being handled: Python would
    # chain the two, and the next fault would be judged by the last one's errors too.

    def _run(self, call: Call, function: Callable[..., R], args: Any, kwargs: Any) -> R:
        if not self._checked:
            self._check()
        tries = Tries.of(call)
        claim = None if self._verifier is None else self._claim(self._verifier, tries)
        while True:
            tries.begin()
            try:
                if self.atomic:
                    result = self._in_transaction(claim, function, args, kwargs)
                else:
                    result = function(*args, **kwargs)
            except Exception as exc:
                fault = exc
            except BaseException:
                tries.close()
                raise
            else:
                tries.succeeded()
                return result
            decision = self._settled(tries, fault, claim)
            if decision.done:
                return cast("R", decision.value)
            if not decision.retry:
                try:
                    raise decision.error
                finally:
                    # The exception's traceback holds this frame: no cycle for the collector.
                    del fault, decision, tries
            del fault
            self._pause(decision.delay)

    def _settled(self, tries: Tries, fault: Exception, claim: Claim | None) -> Decision:
        """The decision once nothing has to be looked up any more."""
        decision = tries.failed(fault)
        while decision.verify:
            self._pause(decision.delay)
            decision = self._look_up(tries, claim)
        return decision

    def _in_transaction(
        self, claim: Claim | None, function: Callable[..., R], args: Any, kwargs: Any
    ) -> R:
        from django.db import transaction

        with ExitStack() as blocks:
            for alias in self.using:
                blocks.enter_context(transaction.atomic(using=alias))
            if claim is not None:
                claim.record()
            return function(*args, **kwargs)

    def _claim(self, verifier: Verifier, tries: Tries) -> Claim:
        claim = verifier.begin(self.using)
        tries.token = claim.token
        return claim

    def _look_up(self, tries: Tries, claim: Claim | None) -> Decision:
        ask = claim.applied if claim is not None else cast("Callable[[], object]", self.verify)
        try:
            with tries.looking_up():
                answer = ask()
        except Exception as exc:
            fault = exc
        else:
            return tries.verified(answer)
        return tries.verify_failed(fault)

    def _pause(self, seconds: float) -> None:
        (self._sleep or pauses.pause)(seconds)

    def _async_wrapper(self, function: Any, call: Call) -> Callable[..., Any]:
        @wraps(function)
        async def retried(*args: Any, **kwargs: Any) -> Any:
            return await self._run_async(call, function, args, kwargs)

        return retried

    async def _run_async(
        self,
        call: Call,
        function: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: Any,
    ) -> Any:
        """As :meth:`_run`; what touches connections runs in the thread that holds them."""
        from asgiref.sync import sync_to_async

        if not self._checked:
            self._check()
        tries = Tries.of(call)
        while True:
            await sync_to_async(tries.begin)()
            try:
                result = await function(*args, **kwargs)
            except Exception as exc:
                fault = exc
            except BaseException:
                tries.close()
                raise
            else:
                tries.succeeded()
                return result
            decision = await sync_to_async(tries.failed)(fault)
            while decision.verify:
                await self._pause_async(decision.delay)
                decision = await self._look_up_async(tries)
            if decision.done:
                return decision.value
            if not decision.retry:
                try:
                    raise decision.error
                finally:
                    del fault, decision, tries
            del fault
            await self._pause_async(decision.delay)

    async def _look_up_async(self, tries: Tries) -> Decision:
        from asgiref.sync import sync_to_async

        ask = cast("Callable[[], object]", self.verify)
        if not is_coroutine_function(ask):
            return await sync_to_async(self._look_up)(tries, None)
        try:
            with tries.looking_up():
                answer = await cast("Awaitable[object]", ask())
        except Exception as exc:
            fault = exc
        else:
            return tries.verified(answer)
        return await sync_to_async(tries.verify_failed)(fault)

    async def _pause_async(self, seconds: float) -> None:
        if self._sleep is None:
            await pauses.pause_async(seconds)
            return
        waited = self._sleep(seconds)
        if inspect.isawaitable(waited):
            await waited


def declared() -> tuple[Retrying, ...]:
    """What has been decorated in this process and still lives, 1000 at most."""
    return tuple(retrying for retrying in _listed if retrying.functions)
