"""Loading the script as ``__main__`` and what lies beside it, rewritten; nothing else is touched."""

from __future__ import annotations

import ast
import fnmatch
import importlib
import importlib.machinery
import sys
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from types import CodeType, ModuleType

from simulator.script.contents import find_scalars
from simulator.script.placeholders import fill_in
from simulator.script.plan import Plan
from simulator.script.rewriting import Rewriter
from simulator.script.scopes import find_scopes
from simulator.script.sites import SiteBook
from simulator.script.survey import Survey, find_constants, find_variables, read_source

MAX_TEXT = 1 << 20
_FOREIGN = frozenset(("site-packages", "dist-packages"))


class Loading:
    """Decides which files are recorded, and compiles them.

    Parameters
    ----------
    script : Path
        The script; recorded is what lies in its folder or below.
    include : sequence of str
        Patterns of further modules.
    book : SiteBook
        Where sites get their numbers.
    find_helper : callable
        Returns the function of a name; see `simulator.script.helpers`.
    modules : list of str
        Takes the names of the modules that are recorded.
    methods, stamped, is_deferred, is_locked
        See `Plan`.
    note_rewritten : callable
        Called when a file was rewritten and its code has not run.

    Attributes
    ----------
    untouched : list of (str, str)
        Files that run as they are, and why.
    files : dict of str to int
        Index of each recorded file by its path.
    begin_import : callable
        Called with a recorded module's name before its code runs; returns what is called when that has ended.
    """

    def __init__(
        self,
        script: Path,
        include: Sequence[str],
        book: SiteBook,
        find_helper: Callable[[str], object],
        methods: frozenset[str],
        stamped: frozenset[str],
        modules: list[str],
        is_deferred: bool,
        is_locked: bool,
        note_rewritten: Callable[[], None],
    ) -> None:
        self._script = script
        self._folder = script.parent
        self._include = tuple(include)
        self._book = book
        self._find_helper = find_helper
        self._methods, self._stamped = methods, stamped
        self._modules = modules
        self._is_deferred, self._is_locked = is_deferred, is_locked
        self._note_rewritten = note_rewritten
        self._survey = Survey(self._find_file)
        self.begin_import: Callable[[str], Callable[[], None]] = lambda name: _nothing
        self.untouched: list[tuple[str, str]] = []
        self.files: dict[str, int] = {}
        self._names: dict[str, object] = {}
        self._code: CodeType | None = None
        self._error: BaseException | None = None

    # -- which files ---------------------------------------------------------------------------------------------

    def is_recorded(self, name: str, path: str) -> bool:
        """Return whether a module of this name in this file is recorded."""
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in self._include):
            return True
        try:
            parts = Path(path).resolve().relative_to(self._folder).parts
        except ValueError:
            return False
        return not _FOREIGN.intersection(parts)

    def _find_file(self, name: str) -> Path | None:
        """Return the source of a module that is recorded, without importing anything."""
        if not name:
            return None
        path = self._folder.joinpath(*name.split("."))
        for one in (path / "__init__.py", path.with_name(path.name + ".py")):
            if one.is_file() and self.is_recorded(name, str(one)):
                return one
        return None

    # -- compiling -----------------------------------------------------------------------------------------------

    def rewrite(self, tree: ast.Module, data: bytes, path: str, module: str) -> CodeType | str:
        """Compile a file rewritten; return why if that is not possible."""
        try:
            file = self._book.tables.file(path, read_source(data)[:MAX_TEXT])
            self.files[path] = file
            self._modules.append(module)
            code = self._rewrite(tree, path, module, file)
            self._note_rewritten()
            return fill_in(code, self._find_helper)
        except Exception as error:  # whatever it is, the program must run
            return f"{type(error).__name__}: {error}"

    def _rewrite(self, tree: ast.Module, path: str, module: str, file: int) -> CodeType:
        scopes = find_scopes(tree)
        attributes = self._survey.attributes
        stored = () if module == "__main__" else self._survey.stored
        variables = find_variables(scopes, tree, attributes, stored)
        constants = find_constants(scopes, tree) - variables
        both = variables | constants
        plan = Plan(
            *(module, file, both, constants, attributes, self._methods, self._is_deferred, self._is_locked),
            stamped=self._stamped,
            scalars=self._survey.scalars,
            own_scalars=find_scalars(scopes),
            holders=self._survey.contents.holders,
            aliases=self._survey.contents.find_aliases(self._methods),
        )
        tree = Rewriter(plan, self._book, scopes).file(tree)
        return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)

    # -- importing and running -----------------------------------------------------------------------------------

    def install(self) -> None:
        """From now on import recorded modules rewritten."""
        self._survey.look_at(self._script)
        sys.meta_path.insert(0, _Finder(self))

    def load_main(self) -> None:
        """Compile the script; what is wrong with it is raised by `run_main`."""
        loader = _Loader(self, "__main__", str(self._script))
        self._names = {"__loader__": loader}
        try:
            self._code = loader.get_code("__main__")
        except BaseException as error:  # an error of the script's own
            self._error = error

    def run_main(self, arguments: Sequence[str]) -> None:
        """Run the script as ``__main__``; raises what it raises."""
        path = str(self._script)
        sys.argv[:] = [path, *arguments]
        module = ModuleType("__main__")
        sys.modules["__main__"] = module
        names = module.__dict__
        names.update(__file__=path, __builtins__=sys.modules["builtins"], __spec__=None, **self._names)
        names.update(__package__=None, __cached__=None, __annotations__={})
        code, error = self._code, self._error
        del self._names, self._code, self._error  # nothing of the script is kept alive by us
        if code is None:
            raise error if error is not None else RuntimeError("nothing was loaded")
        exec(code, names)


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a source file rewritten."""

    def __init__(self, loading: Loading, name: str, path: str) -> None:
        super().__init__(name, path)
        self._loading = loading

    def get_code(self, fullname: str) -> CodeType:
        """Return the rewritten code; no cache is read or written."""
        path = self.get_filename(fullname)
        data = self.get_data(path)
        tree = _call(compile, data, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        code = self._loading.rewrite(tree, data, path, fullname)
        if isinstance(code, str):
            why, code = code, _call(compile, data, path, "exec", dont_inherit=True)
            self._loading.untouched.append((path, why))
        return code

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code, and note for how long it did."""
        end = self._loading.begin_import(module.__name__)
        try:
            super().exec_module(module)
        finally:
            end()


def _nothing() -> None:
    """Note nothing."""


# Python leaves frames of its import system out of tracebacks; an error in a file must look as without us.
_call = importlib._bootstrap._call_with_frames_removed  # type: ignore[attr-defined]  # what it is for
for _method in (_Loader.get_code, _Loader.exec_module):
    _method.__code__ = _method.__code__.replace(co_filename="<frozen importlib._bootstrap_external>")


class _Finder:
    """Finds modules as Python does, and gives recorded ones our loader."""

    def __init__(self, loading: Loading) -> None:
        self._loading = loading

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or type(spec.loader) is not importlib.machinery.SourceFileLoader:
            return None
        if not (spec.origin and self._loading.is_recorded(name, spec.origin)):
            return None
        spec.loader = _Loader(self._loading, spec.loader.name, str(spec.loader.path))
        return spec
