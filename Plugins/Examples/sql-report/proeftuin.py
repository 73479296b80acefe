# SPDX-License-Identifier: EUPL-1.2
"""Stages of Proeftuin in Python: one function is one stage.

    from proeftuin import stage, main, Table

    @stage
    def flag(cases: Table, *, threshold: float = 0.2) -> Table:
        \"\"\"Flags cases whose costs are a large share of their income.

        threshold: Share of income above which a case is flagged.
        \"\"\"
        return cases.with_column("flagged", lambda row: row["costs"] > threshold * row["income"])

    if __name__ == "__main__":
        main()

What stands before the `*` are input ports, what stands behind it are parameters. An argument's annotation says
how its value arrives:

    a table     proeftuin.Table, pandas.DataFrame, polars.DataFrame, pyarrow.Table
    a record    dict
    a file      bytes, str (its text) or pathlib.Path
    several     list[tuple[str, Table]]: pairs of a label and a value
    a parameter int, float, bool, str, datetime.date, decimal.Decimal, pathlib.Path, list, Literal["a", "b"]
    Context     progress, metrics, checks, random numbers, the reference date

An input that nothing feeds is None. With `**given` a function takes all inputs and parameters that its plugin.yaml
declares, by name. A stage returns its output; several outputs as a dict or a NamedTuple.

Whoever cannot go on raises DataFault (the data do not allow it), UserFault (the pipeline asks for something that
cannot be) or TransientFault (it may go well the next time). Name columns and row numbers in a fault, never the
value of a cell: faults are shown to people who may not see the data.

The same file runs by hand, `python3 stages.py flag --cases cases.csv --output out.csv`, prints the beginnings of
its plugin.yaml, `python3 stages.py --manifest`, and in a test one calls the function.

Import this module before any other that may be missing: from then on a failing import is told as what it is, and
not as a program that ended early.

Copy this file beside your stages. Python 3.9 or later, nothing but the standard library; Arrow needs pyarrow (or
polars, where all tables are polars').
"""

# Nothing but what the interpreter has loaded anyhow: each further import would delay the start of every stage.
import os
import sys

__all__ = [
    "stage", "main", "context", "trial", "Context", "Table",
    "Fault", "DataFault", "UserFault", "TransientFault",
]

PROEFTUIN_PROTOCOL = 1
PROEFTUIN_HELPER = "1.0"


# Stages and faults


class Fault(Exception):
    """Why a stage cannot go on, in words for people: never with the value of a cell."""

    kind = "bug"

    def __init__(self, message, parameter=None, hint=None):
        super().__init__(message)
        self.message, self.parameter, self.hint = str(message), parameter, hint


class DataFault(Fault):
    """The data do not allow it."""

    kind = "data"


class UserFault(Fault):
    """The pipeline asks for something that cannot be; `parameter` names what asks for it."""

    kind = "user"


class TransientFault(Fault):
    """It may go well the next time: `retry` tries again."""

    kind = "transient"


def stage(named):
    """Makes a function a stage of its own name (`_` becomes `-`), or of another: `@stage("other-name")`."""
    if isinstance(named, str):
        return lambda function: _register(function, named)
    return _register(named, named.__name__.replace("_", "-"))


def _register(function, name):
    _STAGES[name] = _Stage(name, function)
    return function


_STAGES = {}
_MISSING = object()


class _Stage:
    def __init__(self, name, function):
        self.name, self.function = name, function
        self._signature = None

    @property
    def summary(self):
        return (self.function.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ").strip()

    @property
    def signature(self):
        """The arguments that are inputs, those that are parameters, and those that ask for the context."""
        if self._signature is None:
            self._signature = self._read_signature()
        return self._signature

    def _read_signature(self):
        # Without `inspect`, which takes longer to load than a small stage to run.
        function = self.function
        code = function.__code__
        before = code.co_varnames[: code.co_argcount]
        behind = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        defaults = dict(zip(reversed(before), reversed(function.__defaults__ or ())))
        defaults.update(function.__kwdefaults__ or {})
        annotations = function.__annotations__
        inputs, parameters, contexts = [], [], []
        for name in before + behind:
            shape = _Shape.of(annotations.get(name), function.__globals__)
            argument = _Argument(name, shape, defaults.get(name, _MISSING))
            if shape.word == "Context":
                contexts.append(name)
            else:
                (inputs if name in before else parameters).append(argument)
        return inputs, parameters, contexts

    @property
    def takes_any(self):
        """Whether the function has `**given`, for what its plugin.yaml alone knows."""
        return bool(self.function.__code__.co_flags & 0x08)

    def call(self, arguments):
        """Calls the function with arguments by name, those before the `*` by place."""
        code = self.function.__code__
        places = code.co_varnames[: code.co_argcount]
        keywords = {name: value for name, value in arguments.items() if name not in places}
        return self.function(*[arguments[name] for name in places], **keywords)


class _Argument:
    def __init__(self, name, shape, default):
        self.name, self.shape, self.default = name, shape, default


class _Shape:
    """What an annotation asks for: a word such as `pandas.DataFrame` or `int`, whether several, and choices."""

    def __init__(self, word=None, many=False, choices=None):
        self.word, self.many, self.choices = word, many, choices

    @classmethod
    def of(cls, annotation, names):
        if annotation is None:
            return cls()
        annotation = getattr(annotation, "__forward_arg__", annotation)  # text within a NamedTuple
        if isinstance(annotation, str):
            annotation = _evaluated(annotation, names)
        if annotation is Table:
            return cls("Table")
        if annotation is Context:
            return cls("Context")
        origin, parts = getattr(annotation, "__origin__", None), getattr(annotation, "__args__", ())
        if type(annotation).__name__ in ("UnionType", "_UnionGenericAlias", "Union"):
            present = [part for part in parts if part is not type(None)]
            return cls.of(present[0], names) if present else cls()
        if getattr(origin, "_name", None) == "Literal":
            return cls("str", choices=list(parts))
        if origin is not None and getattr(origin, "__name__", "") in ("list", "Sequence", "Iterable"):
            element = parts[0] if parts else None
            if getattr(element, "__origin__", None) is tuple:
                element = element.__args__[-1]
            inner = cls.of(element, names)
            return cls(inner.word, many=True, choices=inner.choices)
        kind = origin or annotation
        name, module = getattr(kind, "__name__", str(kind)), getattr(kind, "__module__", "").split(".")[0]
        if kind is list or kind is tuple:
            return cls(many=True)
        return cls(name if module == "builtins" else module + "." + name)


def _evaluated(text, names):
    """An annotation that is text (`from __future__ import annotations`), also where its module is not loaded."""

    class Known(dict):
        def __missing__(self, name):
            if name in names:
                return names[name]
            return _Elsewhere({"pd": "pandas", "pl": "polars", "pa": "pyarrow"}.get(name, name))

    import builtins

    spelled = text.replace("| None", "").replace("None |", "").strip()
    try:
        return eval(spelled, {}, Known(vars(builtins)))
    except Exception:
        return None


class _Elsewhere:
    """A name such as `pandas.DataFrame` whose module is not loaded, and need not be to know what is meant."""

    def __init__(self, module, name=None):
        self.__module__, self.__name__ = module, name or module

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return _Elsewhere(self.__module__, name)


# The context of a stage


class Context:
    """What a stage knows about its run, and what it can say while it runs.

    A stage gets it through an argument that is annotated `Context`, or from `proeftuin.context()`. Outside a
    pipeline there is one too, whose `messages` a test can look at.
    """

    def __init__(self, given, messages=None):
        self._given = given
        self._file = messages
        self._reported = 0.0
        #: What was said, outside a pipeline.
        self.messages = []

    # What it knows

    @property
    def stage(self):
        return self._given.get("stage")

    @property
    def instance(self):
        """For messages only: a result must not depend on it."""
        return self._given.get("instance")

    @property
    def attempt(self):
        """For messages only: a result must not depend on it."""
        return self._given.get("attempt", 1)

    @property
    def parameters(self):
        return self._given.get("parameters") or {}

    @property
    def reference_date(self):
        """The run's today, a date; None where it has none. Use it instead of the clock."""
        return _date(self._given["reference_date"]) if self._given.get("reference_date") else None

    @property
    def deadline(self):
        """The moment at which the stage is stopped, or None."""
        return _timestamp(self._given["deadline"]) if self._given.get("deadline") else None

    @property
    def cpus(self):
        return self._given.get("cpus") or 1

    @property
    def memory(self):
        """The bytes that the stage may use, or None."""
        return self._given.get("memory")

    @property
    def random_seed(self):
        """A whole number for other generators (`numpy.random.default_rng(context.random_seed)`)."""
        seed = self._given.get("random_seed")
        if seed is None:
            raise Fault(
                f"stage '{self.stage}' draws random numbers, but its manifest does not say so",
                hint="write 'draws: true' at the stage in plugin.yaml")
        return seed

    @property
    def scratch(self):
        """A folder for files in between; it goes when the stage ends."""
        from pathlib import Path

        if self._given.get("work") is None:
            import tempfile

            self._given["work"] = tempfile.mkdtemp(prefix="proeftuin-")
        return Path(self._given["work"])

    def random(self, index=0):
        """A generator of random numbers for the part `index`: the same in every run with the same seed.

        With one generator a part (a replicate, a group), results do not depend on the order of the parts.
        """
        from random import Random

        return Random(f"{self.random_seed}/{index}")  # a text is hashed whole; alike in all versions of Python

    def secret(self, name):
        """The value of a parameter of type `secret`."""
        secrets = self._given.get("secrets") or {}
        variable = secrets.get(name)
        if variable is None:
            raise Fault(f"stage '{self.stage}' has no secret parameter '{name}'",
                        hint="declare it in plugin.yaml: {type: secret, help: …}")
        if variable not in os.environ:
            raise UserFault(f"the secret of parameter '{name}' is not there", parameter=name)
        return os.environ[variable]

    # What it says

    def progress(self, done, of):
        """How far the stage is. Say it as often as you like: ten times a second is passed on."""
        from time import monotonic

        now = monotonic()
        if done >= of or now - self._reported >= 0.1:
            self._reported = now
            self._say({"type": "progress", "done": _number(done), "of": _number(of)})

    def metric(self, name, value, unit=None, n=None, low=None, high=None):
        """A figure about the run, such as how many cases were left out."""
        if _number(value) is None:
            raise Fault(f"the metric '{name}' is no finite number")
        self._say({"type": "metric", "name": name, "value": _number(value), "unit": unit,
                   "n": _number(n), "low": _number(low), "high": _number(high)})

    def check(self, name, passed, severity=None, message=None):
        """Something that was looked at; `severity` is 'warning' or 'error'."""
        if severity not in (None, "warning", "error"):
            raise Fault(f"the severity of the check '{name}' is neither 'warning' nor 'error'")
        self._say({"type": "check", "name": name, "passed": bool(passed), "severity": severity, "message": message})

    def note(self, markdown):
        """Something that people should read."""
        self._say({"type": "note", "markdown": markdown})

    def log(self, message, level="info"):
        """For developers; `level` is 'debug', 'info', 'warning' or 'error'."""
        if level not in ("debug", "info", "warning", "error"):
            raise Fault(f"a log has no level '{level}'", hint="levels are debug, info, warning and error")
        self._say({"type": "log", "level": level, "message": str(message)})

    def heartbeat(self):
        """Says that a stage without progress is alive."""
        self._say({"type": "heartbeat"})

    def _say(self, message):
        message = {name: value for name, value in message.items() if value is not None}
        if self._file is None:
            self.messages.append(message)
        else:
            # One write a line: what another thread or a kill cuts off is never half a line of somebody else.
            os.write(self._file, (_json_text(message) + "\n").encode("utf-8", "replace"))


def context():
    """The context of the stage that runs; outside a pipeline one without seed secrets or deadline."""
    global _current
    if _current is None:
        _current = Context({"random_seed": 0, "seed": 0})
    return _current


_current = None


class trial:
    """For tests: `with proeftuin.trial(seed=1, reference_date="2026-11-25") as context:` and then call the stage."""

    def __init__(self, seed=0, reference_date=None, **given):
        self._given = dict(given, seed=seed, random_seed=seed, reference_date=reference_date and str(reference_date))

    def __enter__(self):
        global _current
        self._before, _current = _current, Context(self._given)
        return _current

    def __exit__(self, *_):
        global _current
        _current = self._before


def _number(value):
    """A finite number that JSON can hold, or None; NumPy's numbers too."""
    if value is None or isinstance(value, int):
        return value if value is None else int(value)
    value = float(value)
    if value != value or value in (float("inf"), float("-inf")):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


# Running under Proeftuin


def main():
    """Runs what is asked for: a stage of a pipeline, stage after stage as a worker, or a stage by hand."""
    if os.environ.get("PROEFTUIN_WORKER"):
        return _serve(os.environ["PROEFTUIN_WORKER"])
    if os.environ.get("PROEFTUIN_CONTEXT"):
        fine = _run(os.environ["PROEFTUIN_CONTEXT"], os.environ["PROEFTUIN_MESSAGES"])
        # SystemExit rather than a bare return: the status is what the runner looks at first.
        sys.exit(0 if fine else 1)
    try:
        status = _by_hand(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads the output has seen enough, as `head` has; Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        status = 0
    sys.exit(status)


def _run(context_path, messages_path):
    """Does one stage, writes how it went, and answers whether it went well.

    Nothing is done about SIGTERM on purpose: its default action ends the process at once, also within a library,
    and with another status than 0. A handler would wait for the interpreter to come round.
    """
    global _current
    before, messages = _current, os.open(messages_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    say = Context({}, messages)._say
    try:
        given = _read_json(context_path)
        if given.get("protocol") != PROEFTUIN_PROTOCOL:
            raise Fault(
                f"this plugin speaks version {PROEFTUIN_PROTOCOL} of the protocol, "
                f"and was asked in version {given.get('protocol')}",
                hint="take the proeftuin.py that comes with this version of Proeftuin")
        say({"type": "opened", "protocol": PROEFTUIN_PROTOCOL, "program": f"proeftuin.py {PROEFTUIN_HELPER}"})
        _current = Context(given, messages)
        _do(given, _current)
    except BaseException as error:  # sys.exit() within a stage must not look like success
        _report(error, say)
        return False
    else:
        say({"type": "closed", "ok": True})
        return True
    finally:
        _current = before
        os.close(messages)


def _do(given, current):
    name = given["stage"]
    if name not in _STAGES:
        raise Fault(f"the program has no stage '{name}', which plugin.yaml lists; "
                    f"it has {_listed(_STAGES) or 'none'}",
                    hint="mark the function with @stage, or take the stage out of plugin.yaml")
    chosen = _STAGES[name]
    if given.get("random_seed") is not None:
        _seed_everything(given["random_seed"])
    arguments = _arguments(chosen, given, current)
    before = _generators() if given.get("random_seed") is None else None
    result = chosen.call(arguments)
    del arguments
    if before is not None and _has_drawn(before, chosen.function):
        raise Fault("the stage draws random numbers, which plugin.yaml does not say",
                    hint="add 'draws: true' to the stage")
    _deliver(result, chosen, given)


def _seed_everything(seed):
    """The generators that a stage may use without asking the context, so that those repeat themselves, too."""
    import random

    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)


def _generators():
    """The states of the generators that belong to everybody, as far as they are loaded; else None."""
    random, numpy = sys.modules.get("random"), sys.modules.get("numpy.random")
    states = []
    for generator in (getattr(random, "getstate", None), getattr(numpy, "get_state", None)):
        try:
            state = generator() if generator else None
            states.append(state and tuple(part.tobytes() if hasattr(part, "tobytes") else part for part in state))
        except Exception:
            states.append(None)
    return states


def _has_drawn(before, function):
    """Whether a stage has drawn from those generators: only where that is certain.

    Libraries draw from `random` for names of files and pauses, which no result depends on; so the plugin's own
    files have to speak of `random`. What they seed themselves repeats itself, and passes.
    """
    after = _generators()
    if before == after:
        return False
    (plain, numpy), (plain_after, numpy_after) = before, after
    numbers = None not in (numpy, numpy_after) and numpy != numpy_after
    if plain is not None:
        texts = plain_after is not None and plain != plain_after
    else:
        # Loaded since: a generator that nobody has drawn from stands at the end of its 624 words.
        texts = (plain_after is not None and sys.implementation.name == "cpython" and plain_after[1][-1] != 624)
    if not (numbers or texts):
        return False
    from re import search

    written = _own_text(function)
    return not search(r"\bseed\(", written) and (numbers or "random" in written)


def _own_text(function):
    """The text of the plugin's own files as far as they are loaded."""
    folder = os.path.dirname(os.path.abspath(function.__code__.co_filename))
    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    files.add(function.__code__.co_filename)
    texts = []
    for file in files:
        if isinstance(file, str) and os.path.dirname(os.path.abspath(file)) == folder and file != __file__:
            try:
                texts.append(_bytes(file).decode("utf-8", "replace"))
            except OSError:
                pass
    return "\n".join(texts)


def _arguments(chosen, given, current):
    inputs, parameters, contexts = chosen.signature
    function = chosen.function.__name__
    ports, values, secrets = given.get("inputs") or {}, given.get("parameters") or {}, given.get("secrets") or {}
    if chosen.takes_any:
        named = {argument.name for argument in inputs + parameters}
        inputs = inputs + [_Argument(name, _Shape(), _MISSING) for name in ports if name not in named]
        parameters = parameters + [_Argument(name, _Shape(), _MISSING)
                                   for name in (*values, *secrets) if name not in named]
    _same("input", "before the *", ports, inputs, function)
    _same("parameter", "behind the *", [name for name in values if name not in secrets], parameters, function)
    arguments = {name: current for name in contexts}
    for argument in inputs:
        port = ports.get(argument.name)
        if port is None:
            arguments[argument.name] = None if argument.default is _MISSING else argument.default
        elif isinstance(port, list):
            arguments[argument.name] = [(one["label"], _arriving(one, argument)) for one in port]
        else:
            arguments[argument.name] = _arriving(port, argument)
    for argument in parameters:
        if argument.name in secrets:
            arguments[argument.name] = current.secret(argument.name)
        elif values.get(argument.name) is not None:
            arguments[argument.name] = _parameter(values[argument.name], argument)
        elif argument.name in values or argument.default is not _MISSING:
            arguments[argument.name] = None if argument.default is _MISSING else argument.default
        else:
            raise Fault(f"function '{function}' needs a parameter '{argument.name}', which plugin.yaml does not declare")
    return arguments


def _same(what, where, declared, arguments, function):
    known = [argument.name for argument in arguments]
    for name in declared:
        if name not in known:
            raise Fault(f"plugin.yaml declares the {what} '{name}', which function '{function}' does not take; "
                        f"it takes {_listed(known) or 'none'}",
                        hint=f"add '{name}' to the arguments {where}")


def _parameter(value, argument):
    """A parameter's value as its annotation wants it. JSON has no dates and writes 2.0 as 2."""
    shape = argument.shape
    if isinstance(value, list):
        return [_as(shape.word, one, argument.name) for one in value]
    return _as(shape.word, value, argument.name)


def _as(word, value, name):
    try:
        if word == "float" and not isinstance(value, bool):
            return float(value)
        if word == "int" and not isinstance(value, bool):
            if float(value) != int(value):
                raise ValueError
            return int(value)
        if word == "bool" and isinstance(value, str):
            return {"true": True, "false": False}[value.lower()]
        if word == "datetime.date":
            return _date(value)
        if word == "datetime.datetime":
            return _timestamp(value)
        if word == "decimal.Decimal":
            from decimal import Decimal

            return Decimal(str(value))
        if word == "pathlib.Path":
            from pathlib import Path

            return Path(value)
    except (ValueError, TypeError, KeyError, ArithmeticError):
        wanted = {"float": "a number", "int": "a whole number", "bool": "true or false",
                  "datetime.date": "a date such as 2026-11-25", "decimal.Decimal": "a decimal number"}
        raise UserFault(f"parameter '{name}' has to be {wanted.get(word, word)}", parameter=name) from None
    return value


def _arriving(port, argument):
    """The value of an input port as the argument's annotation wants it."""
    kind, word = port["kind"], argument.shape.word
    path = port["path"]
    if kind == "record" and word in ("dict", None):
        return _read_json(path)
    if kind == "file":
        if word == "bytes":
            return _bytes(path)
        if word == "str":
            return _text(path, f"the file of '{argument.name}'")
        if word in ("pathlib.Path", None):
            from pathlib import Path

            return Path(path)
    if kind == "table" and word in _TABLES:
        return _TABLES[word](path, port["format"], port.get("columns") or {})
    wanted = {"table": "Table, pandas.DataFrame, polars.DataFrame or pyarrow.Table",
              "record": "dict", "file": "bytes, str or pathlib.Path"}
    raise Fault(f"input '{argument.name}' is a {kind}, but the function asks for {word}",
                hint=f"annotate it with {wanted.get(kind, 'nothing')}")


def _deliver(result, chosen, given):
    """Writes what a stage returned to its output ports."""
    outputs = given["outputs"]
    for name, value in _by_port(result, outputs, chosen.function.__name__).items():
        port = outputs[name]
        if value is None:
            if port.get("required", True):
                raise Fault(f"{chosen.function.__name__}() returned nothing for the output '{name}'",
                            hint="is there a 'return'?" if result is None else f"give it a value for '{name}'")
        elif port["kind"] == "table":
            _write_table(value, port["path"], port["format"], _wanted_types(port, given), port.get("columns") or {}, name)
        elif port["kind"] == "record":
            _write_record(value, port, name)
        else:
            _write_file(value, port["path"], name)


def _by_port(result, outputs, function):
    if hasattr(result, "_fields"):  # a NamedTuple
        result = result._asdict()
    if len(outputs) == 1:
        (name, port), = outputs.items()
        named = isinstance(result, dict) and set(result) == {name} and (port["kind"] != "record")
        return {name: result[name] if named else result}
    if result is None:
        return dict.fromkeys(outputs)
    if not isinstance(result, dict):
        raise Fault(f"function '{function}' has several outputs and has to return a dict with {_listed(outputs)}")
    for name in result:
        if name not in outputs:
            raise Fault(f"function '{function}' returned an output '{name}' that plugin.yaml does not declare; "
                        f"it declares {_listed(outputs)}")
    return {name: result.get(name) for name in outputs}


def _wanted_types(port, given):
    """The types of an output's columns as far as they are known: declared, else that of the input column."""
    types = {}
    for one in (given.get("inputs") or {}).values():
        if isinstance(one, dict):
            for name, kind in (one.get("columns") or {}).items():
                types.setdefault(name, kind)
    types.update({name: kind for name, kind in (port.get("columns") or {}).items() if kind != "any"})
    return types


def _write_record(value, port, name):
    if not isinstance(value, dict):
        raise Fault(f"output '{name}' is a record; the stage has to return a dict for it")
    if port.get("record"):
        value = {"type": port["record"], "version": 1, **value}
    for member in ("type", "version"):
        if member not in value:
            raise Fault(f"the record '{name}' has no '{member}'", hint="a record says what it is: type and version")
    with open(port["path"], "wb") as file:
        file.write(_json_text(value).encode("utf-8", "replace"))


def _write_file(value, path, name):
    if hasattr(value, "__fspath__"):
        import shutil

        shutil.copyfile(value, path)
        return
    if isinstance(value, str):
        value = value.encode("utf-8")
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise Fault(f"output '{name}' is a file; the stage has to return bytes, text or a path for it")
    with open(path, "wb") as file:
        file.write(value)


def _report(error, say):
    """Says why a stage failed. What an unexpected exception says may hold values of people: it goes to stderr."""
    if isinstance(error, Fault):
        fault = {"kind": error.kind, "message": error.message, "parameter": error.parameter, "hint": error.hint}
        print(f"{error.kind} fault: {error.message}", file=sys.stderr)
    else:
        import traceback

        traceback.print_exception(type(error), error, error.__traceback__)
        fault = {"kind": "bug", "message": _circumstances(error), "hint": _advice(error)}
    sys.stderr.flush()
    say({"type": "closed", "error": {name: value for name, value in fault.items() if value is not None}})


def _circumstances(error):
    """Type and place of an exception: what may be known by everybody."""
    what = type(error).__name__
    if isinstance(error, SystemExit):
        what = "the stage ended the program (sys.exit)"
    elif isinstance(error, ImportError) and error.name:
        what += f" (module '{error.name}')"
    elif isinstance(error, OSError) and error.strerror:
        what += f" ({error.strerror})"
    standard = os.path.dirname(os.__file__)
    place, step = "", error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        file = code.co_filename
        own = not file.startswith((standard, "<")) and "site-packages" not in file and file != __file__
        if own:
            place = f" in {code.co_name} ({os.path.basename(file)}, line {step.tb_lineno})"
        step = step.tb_next
    return what + place


def _advice(error):
    if isinstance(error, ModuleNotFoundError) and error.name:
        return (f"install '{error.name.split('.')[0]}' for the Python that 'command:' in plugin.yaml names, "
                f"which is {sys.executable}")
    if isinstance(error, ImportError) and error.name:
        return (f"look whether the Python that 'command:' in plugin.yaml names, which is {sys.executable}, "
                f"has the version of '{error.name.split('.')[0]}' that is needed")
    if isinstance(error, MemoryError):
        return "raise 'memory' under 'limits:' in plugin.yaml, or read less at once"
    return "its own words may hold data, so they stand in its log only"


def _serve(folder):
    """A worker: a line names the context of a stage, and the same line goes back when the stage is done."""
    # In this order, which is that of the protocol: a named pipe opens when its other end does.
    with open(os.path.join(folder, "requests"), "rb") as requests, \
            open(os.path.join(folder, "replies"), "wb", buffering=0) as replies:
        for line in iter(requests.readline, b""):
            _serve_one(_parsed(line.decode("utf-8")))
            replies.write(line)


def _serve_one(request):
    environment = dict(os.environ)
    try:
        os.environ["PROEFTUIN_CONTEXT"] = request["context"]
        os.environ["PROEFTUIN_MESSAGES"] = request["messages"]
        # The context lies where the program may only read, the messages where it works.
        _settle(os.path.join(os.path.dirname(request["messages"]), "work"))
        _run(request["context"], request["messages"])
    finally:
        # A stage that left variables behind must not change the next one.
        if dict(os.environ) != environment:
            os.environ.clear()
            os.environ.update(environment)
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()


def _settle(work):
    """Makes a stage's own folder the current one, as if the process had been started for it."""
    if os.path.isdir(work):
        os.chdir(work)
        os.environ["HOME"] = work
        temporary = os.path.join(work, "tmp")
        os.environ["TMPDIR"] = temporary if os.path.isdir(temporary) else work
        if "tempfile" in sys.modules:
            sys.modules["tempfile"].tempdir = None


def _unfinished(kind, error, trace):
    """A program that fails before main(), such as at an import, says so as well as a stage that fails."""
    messages = os.open(os.environ["PROEFTUIN_MESSAGES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    _report(error.with_traceback(trace), Context({}, messages)._say)


if os.environ.get("PROEFTUIN_CONTEXT") and os.environ.get("PROEFTUIN_MESSAGES"):
    sys.excepthook = _unfinished


# Tables


class Table:
    """Columns of equal length by name; a missing value is None. A Table does not change: verbs give a new one.

        cases = Table.read("cases.csv")
        cases["income"]                          # a list
        for row in cases.rows(): row["income"]   # dicts
        cases.filter(lambda row: row["income"] is not None).with_column("half", lambda row: row["income"] / 2)

    Values are bool, int, float, decimal.Decimal, str, datetime.date and datetime.datetime (UTC). `types` names
    the types of columns where they are known: a category, or a column without any value.
    """

    __slots__ = ("_columns", "_types", "_length")

    def __init__(self, columns, types=None):
        # Columns that came as Arrow stay Arrow until somebody looks: what is only passed on costs nothing.
        self._columns = {name: values if hasattr(values, "to_pylist") else list(values)
                         for name, values in columns.items()}
        lengths = {len(values) for values in self._columns.values()}
        if len(lengths) > 1:
            raise Fault("the columns of a table differ in length: " + ", ".join(
                f"'{name}' has {len(values)}" for name, values in self._columns.items()))
        self._length = lengths.pop() if lengths else 0
        self._types = {name: kind for name, kind in (types or {}).items() if name in self._columns}

    @classmethod
    def from_rows(cls, rows, names=None, types=None):
        """A table of dicts; a row without some name misses that value."""
        rows = list(rows)
        if names is None:
            names = list(dict.fromkeys(name for row in rows for name in row))
        return cls({name: [row.get(name) for row in rows] for name in names}, types)

    @classmethod
    def read(cls, path, types=None):
        """A table from a .csv, .arrow or .json file; `types` names types of columns instead of inferring them."""
        return _table_of(path, types)

    def write(self, path):
        """Writes a .csv, .arrow or .json file."""
        _write_by_ending(self, os.fspath(path))

    @property
    def names(self):
        return list(self._columns)

    @property
    def types(self):
        return dict(self._types)

    def __len__(self):
        return self._length

    def __contains__(self, name):
        return name in self._columns

    def __getitem__(self, name):
        if name not in self._columns:
            raise DataFault(f"there is no column '{name}'{_meant(name, self._columns)}",
                            hint=f"columns: {_listed(self._columns)}")
        values = self._columns[name]
        if not isinstance(values, list):
            values = self._columns[name] = values.to_pylist()
        return values

    def rows(self):
        """The rows, each a dict."""
        names = self.names
        for values in zip(*(self[name] for name in names)):
            yield dict(zip(names, values))

    __iter__ = rows

    def with_column(self, name, values, type=None):
        """With a column more, or another in its place: a list, one value for all rows, or a function of a row."""
        if callable(values):
            values = [values(row) for row in self.rows()]
        elif values is None or isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
            values = [values] * self._length
        types = {known: kind for known, kind in self._types.items() if known != name}
        if type is not None:
            types[name] = type
        return Table({**self._columns, name: values}, types)

    def filter(self, keep):
        """The rows for which a function of the row, or a list of one truth value a row, is true."""
        kept = [bool(keep(row)) for row in self.rows()] if callable(keep) else list(keep)
        if len(kept) != self._length:
            raise Fault(f"filter got {len(kept)} truth values for {self._length} rows")
        return self._of_rows([place for place, wanted in enumerate(kept) if wanted])

    def sort(self, *by, descending=False):
        """Ordered by columns; missing values come last."""
        columns = [self[name] for name in by]
        places = list(range(self._length))
        for values in reversed(columns):
            missing = [place for place in places if values[place] is None]
            known = [place for place in places if values[place] is not None]
            known.sort(key=values.__getitem__, reverse=descending)
            places = known + missing
        return self._of_rows(places)

    def select(self, *names):
        """These columns only, in this order."""
        for name in names:
            if name not in self._columns:
                self[name]  # says which columns there are
        return Table({name: self._columns[name] for name in names}, self._types)

    def without(self, *names):
        """All but these columns."""
        return self.select(*(name for name in self._columns if name not in names))

    def rename(self, **names):
        """With other names: `rename(new="old")`."""
        new = {old: fresh for fresh, old in names.items()}
        return Table({new.get(name, name): values for name, values in self._columns.items()},
                     {new.get(name, name): kind for name, kind in self._types.items()})

    def groups(self, *by):
        """Pairs of the values of some columns, a tuple, and the table of the rows that share them."""
        places = {}
        for place, key in enumerate(zip(*(self[name] for name in by))):
            places.setdefault(key, []).append(place)
        return [(key, self._of_rows(found)) for key, found in places.items()]

    def _of_rows(self, places):
        return Table({name: [self[name][place] for place in places] for name in self._columns}, self._types)

    def __eq__(self, other):
        return (isinstance(other, Table) and self.names == other.names
                and all(self[name] == other[name] for name in self.names))

    __hash__ = None

    def __repr__(self):
        # No values: a table that is printed by mistake ends up in a log.
        return f"Table({self._length} rows: {', '.join(self._columns)})"


def _table_of(path, types=None):
    path = os.fspath(path)
    if path.endswith(".json"):
        rows = _read_json(path)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise DataFault(f"'{os.path.basename(path)}' is no list of rows")
        return Table.from_rows(rows, types=types)
    return _read_table(path, "arrow" if path.endswith((".arrow", ".feather")) else "csv", types or {})


def _read_table(path, format, types):
    """As a Table."""
    if format == "csv":
        return _read_csv(path, types)
    table = _read_arrow(path)
    return Table(dict(zip(table.column_names, table.columns)),
                 {field.name: _type_name(field.type) for field in table.schema})


def _read_pyarrow(path, format, types):
    return _read_arrow(path) if format == "arrow" else _as_pyarrow(_read_csv(path, types))


def _read_pandas(path, format, types):
    if format == "arrow":
        return _frame(_read_arrow(path), _module("pandas"))
    return _as_pandas(_read_csv(path, types))


def _read_polars(path, format, types):
    return _module("polars").read_ipc(path) if format == "arrow" else _as_polars(_read_csv(path, types))


def _as_pyarrow(table):
    return _to_arrow(table, table.types, "the table")


def _as_pandas(table):
    pandas = _module("pandas")
    return _frame(_as_pyarrow(table), pandas) if _is_installed("pyarrow") else _frame_without_arrow(table, pandas)


def _as_polars(table):
    polars = _module("polars")
    kinds = {"boolean": polars.Boolean, "integer": polars.Int64, "number": polars.Float64, "text": polars.String,
             "category": polars.Categorical, "date": polars.Date, "timestamp": polars.Datetime("us", "UTC")}
    return polars.DataFrame({name: polars.Series(name, table[name], dtype=kinds.get(table.types.get(name)))
                             for name in table.names})


_TABLES = {None: _read_table, "Table": _read_table, "pandas.DataFrame": _read_pandas,
           "polars.DataFrame": _read_polars, "pyarrow.Table": _read_pyarrow}


def _write_table(value, path, format, types, declared, name):
    """Writes a table of any of the kinds that stages may return."""
    module = type(value).__module__.split(".")[0]
    if module == "polars" and type(value).__name__ == "LazyFrame":
        value = value.collect()
    if declared and _has_nothing(value):
        empty = Table({column: [] for column in declared},
                      {column: kind for column, kind in declared.items() if kind != "any"})
        value = _as_polars(empty) if module == "polars" else empty
        module = "polars" if module == "polars" else ""
    if module == "polars":
        return _write_polars(value, path, format, types, name)
    if module == "pandas":
        _check_frame(value, name)
    elif not isinstance(value, Table) and not (module == "pyarrow" and hasattr(value, "column_names")):
        raise Fault(f"output '{name}' is a table, but the stage gave {_article(type(value).__name__)}",
                    hint="return a Table, or a DataFrame of pandas or polars, or a Table of pyarrow")
    if format == "arrow":
        return _write_arrow(_ready(_to_arrow(value, types, name), types, declared, name), path)
    if not isinstance(value, Table):
        value = _plain(value, types, declared, name)
    _write_csv(value, path, name)


def _has_nothing(value):
    """Whether a table has neither rows nor columns, such as `Table.from_rows([])`."""
    if isinstance(value, Table):
        return not value.names
    names = getattr(value, "columns" if hasattr(value, "iloc") or hasattr(value, "lazy") else "column_names", None)
    return names is not None and len(names) == 0 and len(value) == 0


def _plain(value, types, declared, name):
    """Any table as a Table, to be written as CSV."""
    if _is_installed("pyarrow"):
        table = _ready(_to_arrow(value, types, name), types, declared, name)
        return Table(dict(zip(table.column_names, table.columns)))
    return Table({column: _plain_values(value[column], types.get(column), column in declared) for column in value.columns})


def _plain_values(series, wanted, is_declared):
    """A column of pandas as Python's values, without pyarrow, and with the types that pandas cannot keep restored."""
    values = series.astype(object).where(series.notna(), None).tolist()
    known = [value for value in values if value is not None]
    if wanted == "date" and all(hasattr(value, "hour") and value == value.normalize() for value in known):
        return [value and value.date() for value in values]
    if wanted == "integer" and is_declared and all(isinstance(value, float) and value.is_integer() for value in known):
        return [None if value is None else int(value) for value in values]
    return values


# CSV


def _read_csv(path, types):
    """Reads RFC 4180 in UTF-8. A reader of its own, since `csv` cannot tell a missing value from an empty text."""
    where = f"'{os.path.basename(os.fspath(path))}'"
    records = _records(_text(path, where))
    if not records:
        raise DataFault(f"{where} is empty, without even a header")
    names = [name or "" for name in records.pop(0)[1]]
    if len(names) == 1 and ";" in names[0] and names[0] not in types:
        # Excel of many countries writes them, and decimal commas with them: guessing would make other numbers.
        raise DataFault(f"{where} has semicolons between its columns",
                        hint="commas are expected; save the file as CSV with commas")
    for place, name in enumerate(names):
        if not name or name in names[:place]:
            raise DataFault(f"{where} has two columns '{name}'" if name else f"column {place + 1} of {where} has no name")
    for line, cells in records:
        if len(cells) != len(names):
            raise DataFault(f"{where} has {len(cells)} values in line {line}, and {len(names)} columns")
    columns, kinds = {}, {}
    for place, name in enumerate(names):
        texts = [cells[place] for _, cells in records]
        kinds[name] = types.get(name) if types.get(name) in _PARSERS else _inferred(texts)
        columns[name] = _parsed_cells(texts, kinds[name], name)
    return Table(columns, kinds)


def _records(text):
    """Pairs of line number and cells; a missing value is None. Works on the pieces between quotation marks."""
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    records, cells, open_cell, line = [], [], None, 1
    pieces = text.split('"')
    for number, piece in enumerate(pieces):
        if number % 2:  # within quotation marks; a pair of them is one that is meant
            open_cell = piece if open_cell is None else open_cell + '"' + piece
            continue
        if not piece and 0 < number < len(pieces) - 1:
            continue
        lines = piece.split("\n")
        for place, rest in enumerate(lines):
            if open_cell is None and not cells:
                if rest and place < len(lines) - 1 or rest and number == len(pieces) - 1:
                    records.append((line, [cell or None for cell in rest.split(",")]))
                    line += 1
                    continue
            parts = rest.split(",")
            if open_cell is not None:
                cells.append(open_cell)
                open_cell = None
                parts.pop(0)
            ends = place < len(lines) - 1 or number == len(pieces) - 1
            if not ends:
                parts = parts[:-1]  # what follows the last comma is the text in quotation marks
            cells.extend(cell or None for cell in parts)
            if ends and cells != [None]:
                records.append((line, cells))
            if ends:
                cells = []
                line += 1
    return [(at, cells) for at, cells in records if cells]


def _parsed_cells(texts, kind, name):
    if kind in ("text", "category"):
        return texts
    parse, wanted = _PARSERS[kind]
    values = []
    try:
        for text in texts:
            values.append(parse(text) if text else None)
    except (ValueError, KeyError, ArithmeticError):
        raise DataFault(f"column '{name}' has something that is not {wanted}, in row {len(values) + 1}") from None
    return values


def _parse_boolean(text):
    return {"true": True, "false": False}[text.lower()]


def _parse_decimal(text):
    from decimal import Decimal

    return Decimal(text)


def _date(text):
    from datetime import date

    return date.fromisoformat(text)


def _timestamp(text):
    from datetime import datetime, timezone

    # Python before 3.11 knows neither 'Z' nor fractions of other than three or six digits.
    text = text[:-1] + "+00:00" if text.endswith(("Z", "z")) else text
    head, point, tail = text.partition(".")
    if point:
        digits = len(tail) - len(tail.lstrip("0123456789"))
        text = f"{head}.{tail[:digits][:6].ljust(6, '0')}{tail[digits:]}"
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)


_PARSERS = {
    "boolean": (_parse_boolean, "true or false"),
    "integer": (int, "a whole number"),
    "number": (float, "a number"),
    "decimal": (_parse_decimal, "a decimal number"),
    "date": (_date, "a date such as 2026-11-25"),
    "timestamp": (_timestamp, "a moment such as 2026-11-25T21:00:00Z"),
    "text": (str, "a text"),
    "category": (str, "a text"),
}


def _inferred(texts):
    """The narrowest type that all values have; what would not come back the same, such as 007, is text."""
    from re import compile as pattern

    number = pattern(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
    known = [text for text in texts if text is not None]
    if not known:
        return "text"
    if all(text in ("true", "false", "True", "False", "TRUE", "FALSE") for text in known):
        return "boolean"
    if all(number.fullmatch(text) for text in known):
        whole = all(text.lstrip("-").isdigit() and len(text) < 19 for text in known)
        return "integer" if whole else "number"
    day = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
    if all(day.fullmatch(text) for text in known) and _all_parse(_date, known):
        return "date"
    moment = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}.*")
    if all(moment.fullmatch(text) for text in known) and _all_parse(_timestamp, known):
        return "timestamp"
    return "text"


def _all_parse(parse, texts):
    try:
        for text in texts:
            parse(text)
        return True
    except ValueError:
        return False


def _write_csv(table, path, name):
    with open(path, "w", encoding="utf-8", errors="strict", newline="") as file:
        try:
            file.writelines(_csv_lines(table, name))
        except UnicodeEncodeError:
            raise DataFault(f"output '{name}' has a text that is not valid Unicode") from None


def _csv_lines(table, name):
    yield ",".join(_csv_text(column) for column in table.names) + "\n"
    columns = [_csv_cells(column, table[column]) for column in table.names]
    if len(columns) == 1:  # an empty line would not be read as a row
        for cell in columns[0]:
            yield (cell or '""') + "\n"
    else:
        for cells in zip(*columns):
            yield ",".join(cells) + "\n"


def _csv_cells(name, values):
    kind = _kind_of(name, values)
    if kind == "text":
        return ["" if value is None else _csv_text(value) for value in values]
    if kind == "boolean":
        return ["" if value is None else "true" if value else "false" for value in values]
    if kind == "timestamp":
        return ["" if value is None else _moment_text(value) for value in values]
    if kind == "number":
        texts = ["" if value is None or value != value else repr(float(value)) for value in values]
        if "inf" in texts or "-inf" in texts:
            raise DataFault(f"column '{name}' has an infinite number, in row "
                            f"{1 + min(texts.index(text) for text in ('inf', '-inf') if text in texts)}")
        return texts
    if kind == "decimal":
        return ["" if value is None else format(value, "f") for value in values]
    return ["" if value is None else str(value) for value in values]


def _csv_text(text):
    plain = text and '"' not in text and "," not in text and "\n" not in text and "\r" not in text
    return text if plain else '"' + text.replace('"', '""') + '"'


def _moment_text(moment):
    if moment.tzinfo is not None:
        from datetime import timezone

        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return moment.isoformat() + "Z"


def _kind_of(name, values):
    """The type of a column of Python values: that of every value in it, or a fault that names the column."""
    kinds = {type(value) for value in values}
    kinds.discard(type(None))
    names = {_PYTHON_TYPES.get(kind.__name__) or _kind_of_subtype(kind) for kind in kinds}
    if names == {"integer", "number"}:
        return "number"
    if len(names) > 1:
        raise DataFault(f"column '{name}' mixes values of different types: "
                        f"{_listed(sorted(kind.__name__ for kind in kinds))}",
                        hint="make them all of one type, or None")
    if None in names:
        raise DataFault(f"column '{name}' holds values of type {kinds.pop().__name__}, which a table cannot",
                        hint="turn them into text, numbers, dates or truth values")
    return names.pop() if names else "null"


_PYTHON_TYPES = {"bool": "boolean", "bool_": "boolean", "int": "integer", "float": "number", "str": "text",
                 "date": "date", "datetime": "timestamp", "Decimal": "decimal", "Timestamp": "timestamp"}


def _kind_of_subtype(kind):
    """An enumeration's text, a NumPy number: what derives from a known type is that type."""
    for ancestor in kind.__mro__[1:]:
        if ancestor.__name__ in ("integer", "floating"):
            return {"integer": "integer", "floating": "number"}[ancestor.__name__]
        if ancestor.__name__ in _PYTHON_TYPES:
            return _PYTHON_TYPES[ancestor.__name__]
    return None


# Arrow, pandas, polars


def _is_installed(name):
    try:
        __import__(name)
    except ImportError:
        return False
    return True


def _module(name):
    try:
        __import__(name)
    except ImportError:
        raise UserFault(f"the stage needs the Python package '{name}', which is not installed",
                        hint=f"install it for the Python that 'command:' in plugin.yaml names: pip install {name}"
                        ) from None
    return sys.modules[name]


def _pyarrow():
    if not _is_installed("pyarrow"):
        raise UserFault("tables come as Arrow, and the Python package 'pyarrow' is not installed",
                        hint="install pyarrow, or write 'format: csv' at the stage in plugin.yaml")
    return sys.modules["pyarrow"]


def _read_arrow(path):
    """The file's own pages, mapped: nothing is copied until somebody looks."""
    pyarrow = _pyarrow()
    try:
        return pyarrow.ipc.open_file(pyarrow.memory_map(os.fspath(path))).read_all()
    except pyarrow.ArrowInvalid:
        raise DataFault(f"'{os.path.basename(path)}' is no Arrow file") from None


def _write_arrow(table, path):
    pyarrow = _pyarrow()
    options = pyarrow.ipc.IpcWriteOptions(unify_dictionaries=True)  # the file format has one dictionary a column
    with pyarrow.OSFile(path, "wb") as sink, pyarrow.ipc.new_file(sink, table.schema, options=options) as writer:
        writer.write_table(table)


def _arrow_type(kind):
    pyarrow = _pyarrow()
    return {"boolean": pyarrow.bool_(), "integer": pyarrow.int64(), "number": pyarrow.float64(),
            "text": pyarrow.string(), "date": pyarrow.date32(), "timestamp": pyarrow.timestamp("us", "UTC"),
            "category": pyarrow.dictionary(pyarrow.int32(), pyarrow.string()), "null": pyarrow.null(),
            "decimal": pyarrow.decimal128(18, 2)}.get(kind)


def _type_name(arrow):
    """The word of the manifest for an Arrow type."""
    types = sys.modules["pyarrow"].types
    for is_it, name in ((types.is_boolean, "boolean"), (types.is_integer, "integer"), (types.is_floating, "number"),
                        (types.is_decimal, "decimal"), (types.is_dictionary, "category"), (types.is_date, "date"),
                        (types.is_timestamp, "timestamp")):
        if is_it(arrow):
            return name
    return "text"


def _to_arrow(value, types, name):
    """Any table but polars' as Arrow's."""
    pyarrow = _pyarrow()
    if isinstance(value, Table):
        columns = {column: values if hasattr(values, "to_pylist")
                   else _arrow_column(column, values, value.types.get(column) or types.get(column))
                   for column, values in value._columns.items()}
        return pyarrow.table(columns)
    if type(value).__module__.split(".")[0] == "pandas":
        return pyarrow.table({column: _arrow_of_series(column, value[column]) for column in value.columns})
    return pyarrow.table(value) if isinstance(value, pyarrow.RecordBatch) else value


def _arrow_column(name, values, wanted):
    pyarrow = _pyarrow()
    found = _kind_of(name, values)
    if wanted == "category" and found in ("text", "null"):
        return pyarrow.array(values, pyarrow.string()).dictionary_encode()
    if found == "null" or (wanted, found) in (("number", "integer"), ("timestamp", "date")):
        found = wanted or found
    if found == "timestamp" and any(value is not None and value.tzinfo is None for value in values):
        from datetime import timezone

        values = [value and value.replace(tzinfo=value.tzinfo or timezone.utc) for value in values]
    try:
        if found == "decimal" and any(value is not None for value in values):
            array = pyarrow.array(values)  # finds how many places there are; the digits are those of Proeftuin's
            return array.cast(pyarrow.decimal128(max(18, array.type.precision), array.type.scale))
        return pyarrow.array(values, _arrow_type(found))
    except (pyarrow.ArrowException, OverflowError, TypeError, ValueError):
        raise DataFault(f"column '{name}' has a value that does not fit the type {found}",
                        hint="whole numbers have at most 64 bits, decimals at most 38 digits") from None


def _arrow_of_series(name, series):
    pyarrow = _pyarrow()
    try:
        return pyarrow.chunked_array([pyarrow.Array.from_pandas(series)]) if not hasattr(
            series.array, "__arrow_array__") else _chunks(pyarrow.array(series, from_pandas=True))
    except (pyarrow.ArrowException, TypeError, ValueError, OverflowError):
        raise DataFault(f"column '{name}' mixes values of different types, or holds some that a table cannot",
                        hint=f"convert it first, such as frame['{name}'].astype('string')") from None


def _chunks(array):
    pyarrow = _pyarrow()
    return array if isinstance(array, pyarrow.ChunkedArray) else pyarrow.chunked_array([array])


def _ready(table, types, declared, name):
    """With only the types that Proeftuin reads, and with those that pandas cannot keep restored."""
    pyarrow = _pyarrow()
    columns = []
    seen = set()
    for field, column in zip(table.schema, table.columns):
        if field.name in seen:
            raise DataFault(f"output '{name}' has two columns '{field.name}'")
        seen.add(field.name)
        try:
            columns.append(_fitted(field.name, column, types.get(field.name), field.name in declared))
        except pyarrow.ArrowException:
            raise DataFault(f"column '{field.name}' has a value that does not fit the type "
                            f"{types.get(field.name) or 'that it becomes'}") from None
    return pyarrow.table(columns, names=table.column_names)


def _fitted(name, column, wanted, is_declared):
    pyarrow = _pyarrow()
    types, kind = pyarrow.types, column.type
    if isinstance(kind, pyarrow.BaseExtensionType):
        column = pyarrow.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type)
        kind = column.type
    if types.is_dictionary(kind):
        if not _is_text(kind.value_type):
            column = column.cast(kind.value_type)
        elif wanted == "text" and is_declared:
            return column.cast(pyarrow.string())
        elif kind.value_type != pyarrow.string():
            return _texts_of_dictionary(column)
        kind = column.type
    if types.is_null(kind):
        return column.cast(_arrow_type(wanted)) if _arrow_type(wanted) else column
    if types.is_timestamp(kind) and wanted == "date" and _is_midnight(column):
        return column.cast(pyarrow.date32())  # pandas has no dates of its own
    if is_declared and wanted == "integer" and types.is_floating(kind) and _is_whole(column):
        return column.cast(pyarrow.int64())  # pandas makes numbers of whole numbers with gaps
    if is_declared and wanted == "category" and _is_text(kind):
        return column.cast(pyarrow.string()).dictionary_encode()
    if is_declared and wanted == "number" and types.is_integer(kind):
        return column.cast(pyarrow.float64())
    if types.is_float16(kind):
        return column.cast(pyarrow.float32())
    if types.is_decimal(kind) and not types.is_decimal128(kind):
        return column.cast(pyarrow.decimal128(min(kind.precision, 38), kind.scale))
    if _is_readable(kind):
        return column
    raise DataFault(f"column '{name}' has the type {_spelled(kind)}, which a table of Proeftuin cannot hold",
                    hint=_instead_of(types, kind))


def _is_text(kind):
    types = sys.modules["pyarrow"].types
    return types.is_string(kind) or types.is_large_string(kind) or str(kind) == "string_view"


def _is_readable(kind):
    types = sys.modules["pyarrow"].types
    return (_is_text(kind) or types.is_boolean(kind) or types.is_integer(kind) or types.is_floating(kind)
            or types.is_decimal128(kind) or types.is_date(kind) or types.is_timestamp(kind)
            or types.is_dictionary(kind))


def _spelled(kind):
    # A dictionary's or a structure's type can be long, and its field names say nothing here.
    return str(kind).split("<")[0].split("[")[0]


def _instead_of(types, kind):
    if types.is_duration(kind):
        return "write it as a number, such as frame['…'].dt.total_seconds() / 86400 for days"
    if types.is_time(kind):
        return "write it as text, or as a number of minutes"
    if types.is_nested(kind):
        return "give each part a column or a row of its own"
    return "convert it to text, or leave it out"


def _is_midnight(column):
    pyarrow = _pyarrow()
    try:
        column.cast(pyarrow.date64(), safe=True)  # refuses what is not a whole day
    except pyarrow.ArrowInvalid:
        return False
    return True


def _is_whole(column):
    pyarrow = _pyarrow()
    try:
        column.cast(pyarrow.int64(), safe=True)
    except pyarrow.ArrowInvalid:
        return False
    return True


def _texts_of_dictionary(column):
    pyarrow = _pyarrow()
    chunks = [pyarrow.DictionaryArray.from_arrays(chunk.indices, chunk.dictionary.cast(pyarrow.string()))
              for chunk in column.chunks]
    kind = pyarrow.dictionary(column.type.index_type, pyarrow.string())
    return pyarrow.chunked_array(chunks, kind)


def _frame(table, pandas):
    """As pandas' table: NumPy columns where nothing is missing; Int64 and boolean where something is.

    Dates become datetime64, and dates again on the way out. Decimals stay Arrow's, exact and fast.
    """
    pyarrow = _pyarrow()
    gaps = {}
    for field, column in zip(table.schema, table.columns):
        if pyarrow.types.is_decimal(field.type):
            gaps[field.type] = pandas.ArrowDtype(field.type)
    ordinary, gapped = [], {}
    for place, (field, column) in enumerate(zip(table.schema, table.columns)):
        of_gaps = (pyarrow.types.is_integer(field.type) or pyarrow.types.is_boolean(field.type)) and column.null_count
        (gapped.setdefault(place, field.name) if of_gaps else ordinary.append(place))
    frame = table.select(ordinary).to_pandas(types_mapper=gaps.get, date_as_object=False)
    for place, name in gapped.items():
        whole = pyarrow.types.is_integer(table.schema.field(place).type)
        kind = pandas.Int64Dtype() if whole else pandas.BooleanDtype()
        series = table.column(place).cast("int64" if whole else "bool").to_pandas(types_mapper=lambda _: kind)
        series.index = frame.index
        frame.insert(place, name, series)
    for place, kind in enumerate(frame.dtypes):
        # A column that is still the file's own page cannot be written to, and `frame.loc[…] = …` has to work.
        if len(frame) and getattr(kind, "kind", "O") in "fiubM" and not hasattr(kind, "na_value"):
            try:
                frame.iat[0, place] = frame.iat[0, place]
            except ValueError:
                frame[frame.columns[place]] = frame.iloc[:, place].copy()
    return frame


def _frame_without_arrow(table, pandas):
    columns = {}
    for name in table.names:
        values, kind = table[name], table.types.get(name)
        gaps = None in values
        if kind in ("integer", "boolean"):
            names = {"integer": ("int64", "Int64"), "boolean": ("bool", "boolean")}[kind]
            columns[name] = pandas.Series(values, dtype=names[1 if gaps else 0])
        elif kind == "number":
            columns[name] = pandas.Series(values, dtype="float64")
        elif kind == "category":
            columns[name] = pandas.Series(values, dtype="category")
        elif kind == "date":
            columns[name] = pandas.to_datetime(pandas.Series(values, dtype="object"))
        elif kind == "timestamp":
            columns[name] = pandas.to_datetime(pandas.Series(values, dtype="object"), utc=True)
        else:
            columns[name] = pandas.Series(values, dtype="object")
    return pandas.DataFrame(columns)


def _check_frame(frame, name):
    if getattr(frame, "ndim", 2) != 2:
        raise Fault(f"output '{name}' is a table, but the stage gave a single column",
                    hint="return frame[['column']], or series.to_frame()")
    kept = [label for label in frame.index.names if label is not None]
    if kept:
        raise Fault(f"output '{name}' has an index {_listed(kept)}, and an index is not written",
                    hint="end with .reset_index(), or with .reset_index(drop=True) to leave it out")
    for label in frame.columns:
        if not isinstance(label, str):
            raise Fault(f"output '{name}' has a column whose name is no text",
                        hint="frame.columns = [str(name) for name in frame.columns]")
    for label in frame.columns[frame.columns.duplicated()]:
        raise DataFault(f"output '{name}' has two columns '{label}'")


def _write_polars(frame, path, format, types, name):
    polars = sys.modules["polars"]
    fit = []
    for column, kind in frame.schema.items():
        if not (kind.is_numeric() or kind in (polars.Boolean, polars.String, polars.Categorical, polars.Enum,
                                              polars.Date, polars.Datetime, polars.Null)):
            raise DataFault(f"column '{column}' has the type {kind.base_type()}, which a table of Proeftuin cannot hold",
                            hint="convert it to text or numbers, or give each part a column of its own")
        if kind == polars.String and types.get(column) == "category":
            fit.append(polars.col(column).cast(polars.Categorical))
        elif kind in (polars.Int128, polars.Enum):
            fit.append(polars.col(column).cast(polars.Int64 if kind == polars.Int128 else polars.Categorical))
    frame = frame.with_columns(fit) if fit else frame
    if format == "csv":
        return _write_csv(Table(frame.to_dict(as_series=False)), path, name)
    frame.write_ipc(path, compression="uncompressed", compat_level=polars.CompatLevel.oldest())


# By hand


_types_by_hand = {}  # of the columns that were read, for the result's columns of the same names


def _by_hand(words):
    """`stages.py STAGE --port FILE --parameter VALUE --output FILE`; answers the exit status."""
    if "--manifest" in words:
        print(_manifest(), end="")
        return 0
    parser = _parser()
    known, more = parser.parse_known_args(words)
    given = vars(known)
    if given["stage"] is None:
        parser.print_help()
        return 2
    if more and not _STAGES[given["stage"]].takes_any:
        parser.parse_args(words)  # says which words are not understood, and ends
    try:
        return _by_hand_run(_STAGES[given["stage"]], given, _unlisted(more))
    except Fault as fault:
        print(f"error: {fault.message}", file=sys.stderr)
        if fault.hint:
            print(f"help: {fault.hint}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if given["traceback"]:
            raise
        print(f"error: {_circumstances(error)}", file=sys.stderr)
        print("help: --traceback shows more, which may hold data", file=sys.stderr)
    return 1


def _unlisted(words):
    """`--name value` for a function with `**given`: a file is read by its ending, a number is a number."""
    if len(words) % 2 or not all(word.startswith("--") for word in words[::2]):
        raise UserFault("options come in pairs: --name value")
    arguments = {}
    for option, word in zip(words[::2], words[1::2]):
        name = option[2:].replace("-", "_")
        if word.endswith((".csv", ".arrow", ".feather", ".json")):
            arguments[name] = _from_file(word, _Argument(name, _Shape(), _MISSING))
        else:
            kind = _inferred([word])
            arguments[name] = _PARSERS[kind][0](word)
    return arguments


def _by_hand_run(chosen, given, unlisted):
    global _current
    inputs, parameters, contexts = chosen.signature
    _current = Context({"stage": chosen.name, "seed": given["proeftuin_seed"], "random_seed": given["proeftuin_seed"],
                        "reference_date": given["reference_date"], "parameters": {}})
    _current._say = _told
    arguments = {**unlisted, **{name: _current for name in contexts}}
    for argument in inputs:
        path = given[argument.name]
        if path is None:
            arguments[argument.name] = None if argument.default is _MISSING else argument.default
        elif argument.shape.many:
            arguments[argument.name] = [(_label(one), _from_file(_path(one), argument)) for one in path]
        else:
            arguments[argument.name] = _from_file(path, argument)
    for argument in parameters:
        value = given[argument.name]
        if value is None:
            arguments[argument.name] = None if argument.default is _MISSING else argument.default
        else:
            arguments[argument.name] = _parameter(value, argument)
    _seed_everything(given["proeftuin_seed"])
    _show(chosen.call(arguments), given["output"] or [])
    return 0


def _told(message):
    message = dict(message)
    kind = message.pop("type")
    print(f"{kind}: " + ", ".join(f"{name} {value}" for name, value in message.items() if value is not None),
          file=sys.stderr)


def _parser():
    import argparse

    parser = argparse.ArgumentParser(
        description="Runs a stage by hand, outside a pipeline.",
        epilog="--manifest prints the beginnings of a plugin.yaml for these stages.")
    kinds = parser.add_subparsers(dest="stage", metavar="STAGE")
    for chosen in _STAGES.values():
        one = kinds.add_parser(chosen.name, help=chosen.summary, description=chosen.summary)
        told = _told_of(chosen.function.__doc__)
        inputs, parameters, _ = chosen.signature
        for argument in inputs:
            one.add_argument("--" + argument.name.replace("_", "-"), dest=argument.name, metavar="FILE",
                             required=argument.default is _MISSING and not argument.shape.many,
                             nargs="*" if argument.shape.many else None,
                             help=told.get(argument.name, "a file: .csv, .arrow or .json"))
        for argument in parameters:
            _add_option(one, argument, told.get(argument.name))
        one.add_argument("--output", action="append", metavar="FILE",
                         help="where the result goes, NAME=FILE where a stage has several; shown unless given")
        one.add_argument("--traceback", action="store_true", help="shows where an unexpected fault arose")
        taken = {argument.name for argument in inputs + parameters}
        for name, dest, more in (("seed", "proeftuin_seed", {"type": int, "default": 0, "metavar": "N"}),
                                 ("reference-date", "reference_date", {"metavar": "DATE"})):
            if dest not in taken and name not in taken:
                one.add_argument("--" + name, dest=dest, help={
                    "seed": "for random numbers; 0 unless given", "reference-date": "the run's today"}[name], **more)
            else:
                one.set_defaults(**{dest: more.get("default")})
    return parser


def _add_option(parser, argument, told):
    default = "" if argument.default in (_MISSING, None) else f" ({_shown(argument.default)} unless given)"
    more = {"metavar": _type_of(argument).upper(), "nargs": "*" if _is_list(argument) else None}
    if argument.shape.choices:
        more = {"choices": argument.shape.choices}
    parser.add_argument("--" + argument.name.replace("_", "-"), dest=argument.name, default=None,
                        required=argument.default is _MISSING, help=((told or "") + default).replace("%", "%%"), **more)


def _told_of(documentation):
    """What a docstring says about arguments, in lines such as `threshold: Share of income.`"""
    from re import match

    told, name = {}, None
    for line in (documentation or "").split("\n")[1:]:
        found = match(r"\s*([a-z][a-z0-9_]*)(?: \([^)]*\))?: (.+)", line)
        if found:
            name = found.group(1)
            told[name] = found.group(2).strip()
        elif name and line.strip():
            told[name] += " " + line.strip()
        else:
            name = None
    return told


def _label(text):
    label, sign, path = text.partition("=")
    return label if sign else os.path.splitext(os.path.basename(text))[0]


def _path(text):
    return text.partition("=")[2] or text


def _from_file(path, argument):
    """A file by hand: the annotation says what it is, else the ending of its name."""
    word = argument.shape.word
    if not os.path.isfile(path):
        raise UserFault(f"there is no file '{path}' for input '{argument.name}'")
    if word in ("dict", "bytes", "str", "pathlib.Path"):
        kind = "record" if word == "dict" else "file"
    else:
        kind = "record" if word is None and path.endswith(".json") else "table"
        if word is None and not path.endswith((".csv", ".arrow", ".feather", ".json")):
            kind = "file"
    if kind == "table":
        table = _table_of(path)
        _types_by_hand.update(table.types)
        wanted = {"pandas.DataFrame": _as_pandas, "polars.DataFrame": _as_polars, "pyarrow.Table": _as_pyarrow}
        return wanted[word](table) if word in wanted else table
    return _arriving({"kind": kind, "path": path}, argument)


def _show(result, wanted):
    """Writes a result to files by the endings of their names, or shows it."""
    if hasattr(result, "_fields"):
        result = result._asdict()
    named = [text.partition("=")[::2] for text in wanted if "=" in text]
    if named and isinstance(result, dict):
        for name, path in named:
            if name not in result:
                raise UserFault(f"the stage has no output '{name}'", hint=f"outputs: {_listed(result)}")
            _write_by_ending(result[name], path)
    elif wanted:
        _write_by_ending(result, wanted[-1])
    elif isinstance(result, dict) and any(_is_table(value) for value in result.values()):
        for name, value in result.items():
            print(f"# {name}")
            _print(value)
    else:
        _print(result)


def _is_table(value):
    return isinstance(value, Table) or type(value).__module__.split(".")[0] in ("pandas", "polars", "pyarrow")


def _print(value):
    if _is_table(value):
        sys.stdout.writelines(_csv_lines(_as_table(value), "the result"))
    elif isinstance(value, (bytes, bytearray)):
        sys.stdout.buffer.write(value)
    elif value is not None:
        print(value if isinstance(value, str) else os.fspath(value) if hasattr(value, "__fspath__")
              else _json_text(value))


def _as_table(value):
    if isinstance(value, Table):
        return value
    if type(value).__module__.split(".")[0] == "polars":
        return Table(value.to_dict(as_series=False))
    if type(value).__module__.split(".")[0] == "pandas":
        _check_frame(value, "the result")
    return _plain(value, _types_by_hand, {}, "the result")


def _write_by_ending(value, path):
    if not _is_table(value):
        if isinstance(value, dict):
            value = _json_text(value) + "\n"
        return _write_file(value, path, "the result")
    if path.endswith(".json"):
        with open(path, "wb") as file:
            file.write(_json_text(list(_as_table(value).rows())).encode("utf-8", "replace"))
    else:
        format = "arrow" if path.endswith((".arrow", ".feather")) else "csv"
        _write_table(value, path, format, _types_by_hand, {}, "the result")


# The beginnings of a manifest


def _manifest():
    program = os.path.basename(sys.argv[0])
    folder = os.path.basename(os.path.dirname(os.path.abspath(sys.argv[0]))).lower()
    name = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in folder).strip("-") or "my-plugin"
    lines = [f"plugin: {name if name[0].isalpha() else 'p' + name}", "version: 0.1.0",
             f"protocol: {PROEFTUIN_PROTOCOL}", "summary: What these stages are for.", "licence: EUPL-1.2",
             f"command: [python3, {program}]", 'code: ["*.py"]', "stages:"]
    for chosen in _STAGES.values():
        lines += _manifest_of(chosen)
    return "\n".join(lines) + "\n"


def _manifest_of(chosen):
    inputs, parameters, _ = chosen.signature
    told = _told_of(chosen.function.__doc__)
    code = chosen.function.__code__
    lines = [f"  {chosen.name}:", f"    summary: {_yaml(chosen.summary or 'What it does.')}", "    version: 1"]
    if "random" in code.co_names or "random_seed" in code.co_names:
        lines.append("    draws: true")
    if parameters:
        lines.append("    parameters:")
    for argument in parameters:
        parts = [f"type: {_type_of(argument)}"]
        if _is_list(argument):
            parts = ["type: list", f"items: {_type_of(argument)}"]
        if argument.shape.choices:
            parts.append("choices: [" + ", ".join(_yaml(one) for one in argument.shape.choices) + "]")
        if argument.default is None:
            parts.append("required: false")
        elif argument.default is not _MISSING:
            parts.append(f"default: {_yaml(argument.default)}")
        parts.append(f"help: {_yaml(told.get(argument.name, 'What it is.'))}")
        lines.append(f"      {argument.name}: {{{', '.join(parts)}}}")
    if inputs:
        lines.append("    inputs:")
    for argument in inputs:
        parts = [f"kind: {_kind(argument.shape)}"]
        parts += ["list: true"] if argument.shape.many else []
        parts += ["optional: true"] if argument.default is None else []
        parts.append(f"help: {_yaml(told.get(argument.name, 'One row per case.'))}")
        lines.append(f"      {argument.name}: {{{', '.join(parts)}}}")
    lines.append("    outputs:")
    for name, kind in _outputs(chosen.function).items():
        lines.append(f"      {name}: {{kind: {kind}, help: {_yaml(told.get(name, 'What comes out.'))}}}")
    return lines


def _outputs(function):
    """Names and kinds of the outputs as far as the annotation of the function says."""
    returned = function.__annotations__.get("return")
    if isinstance(returned, str):
        returned = _evaluated(returned, function.__globals__)
    fields = getattr(returned, "_fields", None)
    if fields:
        return {name: _kind(_Shape.of(returned.__annotations__.get(name), function.__globals__)) for name in fields}
    if getattr(returned, "__origin__", None) is dict:
        return {"result": _kind(_Shape.of(returned.__args__[-1], function.__globals__))}
    return {"result": _kind(_Shape.of(returned, function.__globals__))}


def _kind(shape):
    return {"dict": "record", "bytes": "file", "str": "file", "pathlib.Path": "file"}.get(shape.word, "table")


def _is_list(argument):
    return argument.shape.many or isinstance(argument.default, (list, tuple))


def _type_of(argument):
    """The manifest's word for a parameter's type, from its annotation, else from its default."""
    if argument.shape.choices:
        return "choice"
    word, default = argument.shape.word, argument.default
    if isinstance(default, (list, tuple)) and word is None:
        default = default[0] if default else None
    if word is None and default is not _MISSING and default is not None:
        word = type(default).__name__
    return {"int": "integer", "float": "number", "bool": "boolean", "datetime.date": "date", "date": "date",
            "decimal.Decimal": "number", "pathlib.Path": "file"}.get(word, "text")


def _shown(value):
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _yaml(value):
    """A value in YAML's flow style; JSON's spelling wherever plain text could be taken for something else."""
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_yaml(one) for one in value) + "]"
    if not isinstance(value, str):
        return _json_text(value)
    from re import fullmatch

    plain = fullmatch(r"[A-Za-z][A-Za-z0-9 _./()-]*\.?", value) and value.lower() not in ("true", "false", "null", "yes", "no")
    return value if plain else _json_text(value)


# JSON and words


class _Plain:
    """What the scanner within the interpreter asks for; see `_parsed`."""

    strict, object_hook, object_pairs_hook, array_hook = False, None, None, None
    parse_float, parse_int, parse_constant, memo = float, int, float, {}


def _parsed(text):
    """JSON by the scanner that is built into the interpreter: importing `json` would double the time to start."""
    text = text.strip()
    if "json" not in sys.modules:
        try:
            from _json import make_scanner

            value, end = make_scanner(_Plain)(text, 0)
            if end == len(text):
                return value
        except (ImportError, AttributeError, TypeError, StopIteration):
            pass
    import json

    return json.loads(text)


def _read_json(path):
    where = f"'{os.path.basename(os.fspath(path))}'"
    try:
        return _parsed(_text(path, where))
    except ValueError:
        raise DataFault(f"{where} is no JSON") from None


def _json_text(value):
    """A value as JSON on one line; a date as text, a number that is none as null."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return _quoted(str(value))
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return repr(float(value)) if value - value == 0 else "null"
    if isinstance(value, dict):
        return "{" + ", ".join(_quoted(str(name)) + ": " + _json_text(one) for name, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_json_text(one) for one in value) + "]"
    if hasattr(value, "tolist"):  # NumPy's numbers and arrays
        return _json_text(value.tolist())
    if type(value).__name__ == "datetime" or type(value).__name__ == "Timestamp":
        return _quoted(_moment_text(value))
    if type(value).__name__ in ("date", "PosixPath", "WindowsPath"):
        return _quoted(str(value))
    if type(value).__name__ == "Decimal":
        return format(value, "f")
    raise Fault(f"a record cannot hold {_article(type(value).__name__)}")


def _quoted(text):
    try:
        from _json import encode_basestring
    except ImportError:
        from json.encoder import encode_basestring
    return encode_basestring(text)


def _bytes(path):
    with open(path, "rb") as file:
        return file.read()


def _text(path, where):
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataFault(f"{where} is not UTF-8 text, at byte {error.start}",
                        hint="save it as UTF-8") from None


def _listed(names):
    return ", ".join(f"'{name}'" for name in names)


def _article(noun):
    return ("an " if noun[:1].lower() in "aeiou" else "a ") + noun


def _meant(name, names):
    from difflib import get_close_matches

    close = get_close_matches(str(name), list(names), 1)
    return f"; did you mean '{close[0]}'?" if close else ""
