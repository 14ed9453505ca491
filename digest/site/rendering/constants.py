"""Texts that no page changes are put into the syntax tree of templates, where Jinja joins them with what is around."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escape_text  # type: ignore[attr-defined] # escape() without the object


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


def escape_to_str(value: object) -> str:
    """Escape as `markupsafe.escape`, but return a plain string: it is only joined to others."""
    if type(value) is not str:
        return value if type(value) is Markup else escape(value)
    return escape_text(value)


class _Generator(CodeGenerator):
    """Jinja's own code, except that a block yields once, and that texts are escaped without making them Markup.

    Jinja yields each text through the block, the layout and the page. Both together take a sixth of a build.
    """

    def enter_frame(self, frame: Frame) -> None:
        """Collect what a whole template or block says, as Jinja itself does in macros."""
        super().enter_frame(frame)
        if frame.parent is None:
            self.buffer(frame)

    def leave_frame(self, frame: Frame, with_python_scope: bool = False) -> None:
        """Say it at once."""
        if frame.parent is None:
            self.writeline(f"yield concat({frame.buffer})")
        super().leave_frame(frame, with_python_scope)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escape(")
        else:
            super()._output_child_pre(node, frame, finalize)


def fill_in(environment: Environment, values: Mapping[str, Any]) -> None:
    """Have an environment compile `values` into its templates, except where a template gives a name another meaning."""

    class Generator(_Generator):
        def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja's name
            own = {name.name for name in node.find_all(nodes.Name) if name.ctx != "load"}
            own |= {imported.target for imported in node.find_all(nodes.Import)}
            shared = {name: value for name, value in values.items() if name not in own}
            super().visit_Template(_Constants(shared).visit(node), frame)

    environment.code_generator_class = Generator
    environment.escape = escape_to_str  # type: ignore[attr-defined]
