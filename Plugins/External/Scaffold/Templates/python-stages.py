"""The stages of the plugin: one function each. What stands behind the * are parameters."""

from proeftuin import DataFault, Table, context, main, stage


@stage
def late(cases: Table, *, norm: int = 56) -> Table:
    """Flags cases that took longer than the norm; a case that is still open stays unknown.

    cases: One row per case, with the days that it took.
    norm: How many days a case may take.
    """
    days = cases["days"]
    if any(value is not None and value < 0 for value in days):
        raise DataFault("column 'days' has a negative number", hint="check the dates that it was made from")
    context().metric("open cases", sum(value is None for value in days))
    return cases.with_column("late", [None if value is None else value > norm for value in days])


if __name__ == "__main__":
    main()
