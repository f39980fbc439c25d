"""Conditions in an abstract run: which side runs today, and what is looked at as code that does not."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import partial
from typing import Any

from selftune.autotune.reader.python.allowed_values import members, refusal
from selftune.autotune.reader.python.branches import Option, Verdict, case_verdict, choice_of, verdict
from selftune.autotune.reader.python.flow_calls import FlowCalls
from selftune.autotune.reader.python.flow_state import Frame, Left
from selftune.autotune.reader.python.flow_values import LocalClass, LocalFunction, Value, inexact, join
from selftune.autotune.reader.python.source import is_main_guard
from selftune.autotune.reader.reading import Branch


class FlowBranches(FlowCalls):
    """How conditions, choices and early ends decide what runs."""

    def _enter_uncalled(self, function: LocalFunction) -> None:
        """Read a function that nothing calls as what it belongs to runs or does not run today."""
        branch = self._sleepers.get(function)
        if function.owner is not None and function.owner not in self._awake:
            branch = branch or self._sleepers.get(function.owner)
        if branch is None:
            self._enter(function, {}, is_new=True)
            return
        with self._under(branch):
            self._enter(function, {}, is_new=True)

    def _sleeping_block(self, body: Sequence[ast.stmt], branch: Branch, frame: Frame) -> None:
        """Look at statements that do not run today: what they assign is not seen behind them."""
        self._resting.update(dict.fromkeys(body, frame.module))
        inner = Frame(frame.module, dict(frame.variables), frame.globals, None, frame.owner)
        with self._under(branch):
            self._block(body, inner)

    def _note_defined(self, made: LocalFunction | LocalClass) -> None:
        """What is defined in code that does not run today is used by no other."""
        if self._asleep is not None:
            self._sleepers.setdefault(made, self._asleep)
        else:
            self._sleepers.pop(made, None)

    def _verdict(self, test: ast.AST, frame: Frame) -> Verdict:
        """What today's values say of a condition, which is evaluated as well."""
        self._act(self._value(test, frame).origins)
        if not self._seeds.today:
            return Verdict()
        return verdict(test, partial(self._option, frame=frame), frame.module.constants)

    def _option(self, node: ast.AST, frame: Frame) -> Option | None:
        if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
            return None
        value = self._value(node, frame)
        today = self._today(value)
        return (value.exact, today) if value.exact is not None and today is not None else None

    def _if(self, node: Any, frame: Frame) -> Left | None:
        """Only the side that runs today counts; both do where that cannot be told."""
        self._note_allowed(node, frame)
        told = self._verdict(node.test, frame)
        if self._asleep is not None:
            return self._if_asleep(node, told, frame)
        if told.holds is None:
            return self._branches(node, frame)
        live, other = (node.body, node.orelse) if told.holds else (node.orelse, node.body)
        self._sleeping_block(other, told.branch(), frame)
        self._taken.update(dict.fromkeys(live, frame.module))
        left = self._block(live, frame)
        return None if left is None else Left(left.branch or told.branch())

    def _note_allowed(self, node: Any, frame: Frame) -> None:
        """Note that the program ends with an error for a value of an option that a list or a table does not hold."""
        test = refusal(node) if self._asleep is None and self._seeds.today else None
        option = self._option(test.left, frame) if test is not None else None
        values = members(test.comparators[0], frame.module) if test is not None and option is not None else ()
        if option is not None and option[1] in values:
            self.flows.allowed.setdefault(option[0], values)

    def _if_asleep(self, node: Any, told: Verdict, frame: Frame) -> Left | None:
        """Within code that does not run: a nearer condition on the same option says better what it needs."""
        if told.holds is not False or self._asleep is None or not self._asleep.shares_options(told.branch()):
            return self._branches(node, frame)
        with self._instead(told.branch()):
            self._block(node.body, frame)
        return self._block(node.orelse, frame)

    def _match(self, node: Any, frame: Frame) -> Left | None:
        """The one case that today's value fits; all of them where that cannot be told."""
        self._act(self._value(node.subject, frame).origins)
        find, constants = partial(self._option, frame=frame), frame.module.constants
        told: Verdict | None = None
        for case in node.cases:
            is_rest = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
            found = case_verdict(case.pattern, node.subject, find, constants) if not is_rest else Verdict()
            if case.guard is not None or self._asleep is not None or (found.holds is None and not is_rest):
                self._block(case.body, frame)
            elif found.holds is False:
                self._sleeping_block(case.body, found.branch(), frame)
            elif told is not None:
                self._sleeping_block(case.body, told.branch(), frame)
            else:
                self._block(case.body, frame)
                told = found if found.holds else None
        return None

    def _branches(self, node: Any, frame: Frame) -> Left | None:
        if isinstance(node, ast.While):
            self._act(self._value(node.test, frame).origins)
        is_open = not isinstance(node, ast.Try) and not is_main_guard(node)
        self._branches_open += is_open
        for name in ("body", "orelse", "finalbody"):
            self._block(getattr(node, name, ()), frame)
        for handler in getattr(node, "handlers", ()):
            self._block(handler.body, frame)
        self._branches_open -= is_open
        return None  # one of them may go on

    def _chosen_item(self, node: Any, frame: Frame) -> Value | None:
        """`{"sgd": lambda: SGD(...), "adam": lambda: Adam(...)}[args.opt]`: only one of them runs today."""
        option = self._option(node.slice, frame)
        keys = [key.value if isinstance(key, ast.Constant) else None for key in node.value.keys]
        if option is None or option[1] not in keys or self._asleep is not None:
            return None
        found: Value | None = None
        for key, item in zip(keys, node.value.values, strict=True):
            if key == option[1]:
                found = self._value(item, frame)
            elif isinstance(key, str | int):
                branch = choice_of(key, *option)
                with self._under(branch):
                    self._pass_over(self._value(item, frame), branch)
        return found

    def _conditional(self, node: Any, frame: Frame) -> Value:
        told = self._verdict(node.test, frame)
        if told.holds is None or self._asleep is not None:
            return inexact(join(self._value(node.body, frame), self._value(node.orelse, frame)))
        live, other = (node.body, node.orelse) if told.holds else (node.orelse, node.body)
        with self._under(told.branch()):
            self._value(other, frame)
        return self._value(live, frame)
