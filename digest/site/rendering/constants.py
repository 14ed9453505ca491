"""Texts that no page changes are put into the syntax tree of templates, where Jinja joins them with what is around."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer


class _Constants(NodeTransformer):
    """Replaces `w.nav.home` by its text, wherever it stands in an expression."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def visit_Name(self, node: nodes.Name) -> nodes.Expr:  # noqa: N802 - Jinja's name
        value = self._value(node)
        return nodes.Const(value, lineno=node.lineno) if isinstance(value, str) else node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802 - Jinja's name
        value = self._value(node)
        return nodes.Const(value, lineno=node.lineno) if isinstance(value, str) else self.generic_visit(node)

    def _value(self, node: nodes.Node) -> Any:
        if isinstance(node, nodes.Name):
            return self._values.get(node.name) if node.ctx == "load" else None
        if isinstance(node, nodes.Getattr):
            table = self._value(node.node)
            return table[node.attr] if isinstance(table, Mapping) and node.attr in table else None
        return None


def fill_in(environment: Environment, values: Mapping[str, Any]) -> None:
    """Have an environment compile `values` into its templates, except where a template gives a name another meaning."""

    class Generator(CodeGenerator):
        def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:  # noqa: N802 - Jinja's name
            own = {name.name for name in node.find_all(nodes.Name) if name.ctx != "load"}
            own |= {imported.target for imported in node.find_all(nodes.Import)}
            shared = {name: value for name, value in values.items() if name not in own}
            super().visit_Template(_Constants(shared).visit(node), frame)

    environment.code_generator_class = Generator
