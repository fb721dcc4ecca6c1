"""The figures of writing a run: each format beside the same reference, with the goals that were set."""

from simulator.bench.export import FORMATS, bench_export


def test_each_format_has_a_figure() -> None:
    figures = {figure.figure: figure for figure in bench_export(2_000)}
    for suffix in (*FORMATS, ".threadloom"):
        (found,) = [one for name, one in figures.items() if name.startswith(f"{suffix}, 2,000 events")]
        assert found.unit == "ratio"
        assert found.value > 0
        assert found.reference.startswith("json.dump of the bare event list")
    goals = {name.split(",")[0]: one.goal for name, one in figures.items() if one.goal is not None}
    assert goals == {
        ".json": 0.5,
        ".json with all arrows": 0.5,
        "save 2": 0.5,
        "open 2": 0.5,
        "size of an event in .threadloom": 20.0,
    }
