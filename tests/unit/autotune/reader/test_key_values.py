"""`KEY VALUE` words behind a configuration file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from selftune.autotune.reader.reading import FoundHyperparameter, ProgramReading

from .conftest import Programs

SCRIPT = """
    import argparse
    parser = argparse.ArgumentParser()
    parser.add_argument("--config_file")
    parser.add_argument("opts", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    print(args.config_file, args.opts)
    """
CONFIG = "SOLVER:\n  BASE_LR: 0.01\n  GAMMA: 0.5\nname: x\n"


@pytest.fixture
def trained(programs: Programs) -> Callable[..., ProgramReading]:
    programs.write("conf/a.yml", CONFIG)
    return lambda *words: programs.script(SCRIPT, "--config_file=conf/a.yml", *words)


def test_a_key_and_its_value_are_a_slot_that_hides_the_key_of_the_file(
    trained: Callable[..., ProgramReading], found: Callable[[ProgramReading, str], FoundHyperparameter]
) -> None:
    reading = trained("SOLVER.BASE_LR", "0.001")
    assert found(reading, "SOLVER.BASE_LR").value == 0.001
    assert found(reading, "SOLVER.BASE_LR").source == "command line"
    assert [key for key, _ in reading.config_files[0].keys] == ["SOLVER.GAMMA", "name"]
    assert reading.template.render({"SOLVER.BASE_LR": 0.5})[-2:] == ("SOLVER.BASE_LR", "0.5")


def test_a_dotted_key_that_no_file_has_is_one_in_a_run_of_pairs_at_the_end(
    trained: Callable[..., ProgramReading], found: Callable[[ProgramReading, str], FoundHyperparameter]
) -> None:
    reading = trained("SOLVER.BASE_LR", "0.001", "MODEL.DROPOUT", "0.2")
    assert found(reading, "MODEL.DROPOUT").value == 0.2


@pytest.mark.parametrize("words", [("SOLVER.BASE_LR",), ("train.csv", "test.csv"), ("a.b", "c.d", "e"), ("x", "3")])
def test_other_words_are_no_keys(trained: Callable[..., ProgramReading], words: tuple[str, ...]) -> None:
    reading = trained(*words)
    assert not {"train.csv", "a.b", "x"} & {h.name for h in reading.hyperparameters}
    assert reading.template.render({})[-len(words) :] == words


def test_keys_behind_an_option_of_many_words_are_slots(
    programs: Programs, found: Callable[[ProgramReading, str], FoundHyperparameter]
) -> None:
    programs.write("a.yml", CONFIG)
    reading = programs.read("fit", "a.yml", "--opts", "SOLVER.BASE_LR", "0.001")
    assert found(reading, "SOLVER.BASE_LR").value == 0.001


def test_overrides_behind_a_declared_list_are_slots(
    programs: Programs, found: Callable[[ProgramReading, str], FoundHyperparameter]
) -> None:
    text = """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--cfg-options", nargs="+")
        print(parser.parse_args())
        """
    reading = programs.script(text, "--cfg-options", "optimizer.lr=0.1", "model.depth=3")
    assert found(reading, "optimizer.lr").value == 0.1
    assert reading.template.render({"model.depth": 4})[-1] == "model.depth=4"
