"""What names, attributes and items of a file mean: which of them are recorded, and as which site."""

from __future__ import annotations

import ast

from simulator.record.kinds import Kind
from simulator.script.forms import CELL_FORM, GLOBAL_FORM, ONCE_FORM
from simulator.script.helpers import module_variable
from simulator.script.nodes import load
from simulator.script.plan import Plan
from simulator.script.scopes import COMPREHENSION, FUNCTION, LAMBDA, MODULE, Scope, ScopeMap, mangle
from simulator.script.sites import ATTRIBUTE, ITEM, SiteBook, SiteInfo

CELL_PLACE = "\U0010ffff.place"
"""Name of the variable that holds the place of a function call's cells. Sorts behind every other free variable."""


class Names:
    """Names, attributes and items of one file: whether they are recorded, and their sites.

    Parameters
    ----------
    plan : Plan
        What is recorded.
    book : SiteBook
        Where sites get their numbers.
    scopes : ScopeMap
        What names mean.

    Attributes
    ----------
    is_looking : bool
        Whether the statement that is being rewritten may look at the names of its own scope.
    """

    def __init__(self, plan: Plan, book: SiteBook, scopes: ScopeMap) -> None:
        self.plan = plan
        self.book = book
        self.scopes = scopes
        self.scope = scopes.module
        self.is_looking = False
        self._in_iterable = self._in_generator = 0

    # -- names ---------------------------------------------------------------------------------------------------

    def mangled(self, name: str) -> str:
        """Return a name as the compiler spells it here."""
        return mangle(name, self.scope.class_name)

    def is_variable(self, name: str) -> bool:
        """Return whether a name means a recorded global or cell here."""
        return self._is_recorded_global(name) or self._cell_scope(name) is not None

    def _is_recorded_global(self, name: str) -> bool:
        name = self.mangled(name)
        return name in self.plan.variables and self.scope.is_global(name)

    def is_scalar(self, name: str) -> bool:
        """Return whether a name only ever has numbers and texts here, as far as the source tells."""
        name = self.mangled(name)
        owner = self.scope.owner(name)
        if owner is None and name in self.plan.constants:
            return True
        return name in self.plan.own_scalars.get(owner or self.scopes.module, ())

    def _cell_scope(self, name: str) -> Scope | None:
        if self.scope.kind == MODULE:
            return None
        name = self.mangled(name)
        owner = self.scope.owner(name)
        return owner if owner is not None and name in owner.shared_cells else None

    def is_simple(self, node: ast.expr) -> bool:
        """Return whether a node can be evaluated twice: a constant or a name that is not recorded."""
        return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and not self.is_variable(node.id))

    def is_own_local(self, node: ast.expr) -> bool:
        """Return whether a node is a name that only this call of a function has."""
        scope = self.scope
        if not isinstance(node, ast.Name) or scope.kind != FUNCTION:
            return False
        name = self.mangled(node.id)
        return scope.owner(name) is scope and name not in scope.captured

    def owned_site(self, node: ast.expr, form: str, name: str, owner: ast.expr) -> int:
        """Return the number of a call, look or item that only means something together with its object."""
        site = self.book.add_unsent(self.info(node, form, name, owner, Kind.READ))
        if self.is_own_local(owner):
            self.book.locals.add(site)
        return site

    def is_recorded_attribute(self, node: ast.Attribute) -> bool:
        """Return whether accesses to this attribute are recorded."""
        name = self.mangled(node.attr)
        return name in self.plan.attributes and not _is_special(name)

    @property
    def has_temporaries(self) -> bool:
        """Whether statements here may use names of ours."""
        return self.scope.kind in (FUNCTION, MODULE) and not self.is_looking

    @property
    def has_walrus(self) -> bool:
        """Whether expressions here may put values aside under names of ours."""
        scope = self.scope
        while scope.kind == COMPREHENSION and scope.parent is not None and not self._in_generator:
            scope = scope.parent  # the names are the function's then; a generator could run on several threads
        is_allowed = scope.kind in (FUNCTION, LAMBDA) or (scope is self.scope and scope.kind == MODULE)
        is_looking = scope.is_looking if scope.kind == LAMBDA else self.is_looking
        return is_allowed and not is_looking and not self._in_iterable

    # -- sites ---------------------------------------------------------------------------------------------------

    def name_access(self, node: ast.Name, kind: Kind, value: ast.expr) -> tuple[str, int, list[ast.expr]]:
        """Return form, site and arguments of an access to a recorded name."""
        name, tables = self.mangled(node.id), self.book.tables
        owner = self._cell_scope(node.id)
        if owner is None:
            variable = module_variable(tables, self.plan.module, name)
            site = tables.site(kind, variable, self.plan.file, node.lineno, node.col_offset)
            if kind == Kind.READ:
                self.book.reads[self.plan.file, node.lineno, node.id] = site
            is_once = kind == Kind.READ and name in self.plan.constants
            return ONCE_FORM if is_once else GLOBAL_FORM, site, [value]
        variable = tables.variable(("cell", self.plan.file, id(owner), name), name)
        site = tables.site(kind, variable, self.plan.file, node.lineno, node.col_offset)
        return CELL_FORM, site, [load(CELL_PLACE), value]

    def attribute_site(self, node: ast.Attribute, kind: Kind) -> int:
        """Return the site of an access to an attribute."""
        name = self.mangled(node.attr)
        variable = self.book.tables.variable(("attribute", name), f".{name}")
        site = self.book.add(variable, self.info(node, ATTRIBUTE, name, node.value, kind))
        self.book.attributes.add(name)
        if kind == Kind.READ:
            self.book.reads[self.plan.file, node.end_lineno or node.lineno, node.attr] = site
        return site

    def is_class_variable(self, node: ast.Name) -> bool:
        """Return whether a name that a class body assigns becomes an attribute that is recorded."""
        name = self.mangled(node.id)
        return name in self.plan.attributes and self.scope.owner(name) is self.scope and not _is_special(name)

    def class_site(self, node: ast.ClassDef, name: ast.Name) -> int:
        """Return the site of the write of an attribute by the body of its class."""
        attribute = ast.copy_location(ast.Attribute(ast.Name(node.name, ast.Load()), name.id, ast.Store()), name)
        return self.attribute_site(attribute, Kind.WRITE)

    def item_site(self, node: ast.Subscript, kind: Kind) -> int:
        """Return the site of an access to an item."""
        site = self.book.add_unsent(self.info(node, ITEM, "", node.value, kind))
        if self.is_own_local(node.value):
            self.book.locals.add(site)
        if kind == Kind.READ:
            for line in {node.lineno, node.end_lineno or node.lineno}:
                self.book.looks.setdefault((self.plan.file, line), []).append(site)
        return site

    def info(self, node: ast.expr, form: str, name: str, owner: ast.expr, kind: Kind) -> SiteInfo:
        """Describe a site whose object decides what it means."""
        is_self = isinstance(owner, ast.Name) and owner.id == self.first_parameter()
        text, line, column = getattr(owner, "text", "?"), node.lineno, node.col_offset
        if isinstance(node, ast.Attribute) and node.end_lineno is not None and node.end_col_offset is not None:
            line, column = node.end_lineno, node.end_col_offset - len(node.attr)
        return SiteInfo(form, name, text, is_self, kind, self.plan.file, line, column)

    def first_parameter(self) -> str:
        """Return what the method around calls its object; empty outside methods."""
        scope: Scope | None = self.scope
        while scope is not None and scope.kind in (LAMBDA, COMPREHENSION):
            scope = scope.parent
        return scope.first_parameter if scope is not None else ""


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
