"""Variables that the environment of a run has are today's values, and each training job is told them."""

from __future__ import annotations

from selftune.autotune.program import read_program
from selftune.autotune.reader.command import read_command
from selftune.autotune.reader.environment import telling_variables
from selftune.autotune.reader.reading import ProgramReading
from selftune.model.request import CommandRequest, TuningJobRequest

VARIABLE = """
    import os
    lr = float(os.environ.get("LR", "0.01")); size = int(os.getenv("SIZE", 32))
    print("val_loss:", lr * size)
"""


def read(programs, text: str, environ: dict[str, str], *arguments: str, passed: tuple = ()) -> ProgramReading:
    programs.write("train.py", text)
    program = CommandRequest(argv=("python", "train.py", *arguments), folder=str(programs.folder))
    return read_program(TuningJobRequest(name="j", program=program, environment=passed), environ)


def test_an_exported_variable_is_todays_value_and_stands_in_front_of_each_training_job(programs, found) -> None:
    reading = read(programs, VARIABLE, {"LR": "5e-1", "SIZE": "64"})

    assert (found(reading, "LR").value, found(reading, "LR").source) == (0.5, "environment")
    assert found(reading, "SIZE").value == 64
    assert reading.template.render({}) == ("env", "LR=5e-1", "env", "SIZE=64", "python", "train.py")


def test_a_training_job_with_the_scripts_own_default_is_told_it_where_the_run_exports_another(programs) -> None:
    reading = read(programs, VARIABLE, {"LR": "0.5"})

    assert reading.template.render({"LR": 0.01}) == ("env", "LR=0.01", "python", "train.py")


def test_without_the_variable_the_command_stays_as_it_is(programs, found) -> None:
    reading = read(programs, VARIABLE, {"OTHER": "1"})

    assert found(reading, "LR").value == 0.01
    assert reading.template.render({}) == ("python", "train.py")


def test_a_variable_that_the_user_passes_on_counts_before_the_exported_one(programs, found) -> None:
    reading = read(programs, VARIABLE, {"LR": "0.5"}, passed=(("LR", "0.3"),))

    assert found(reading, "LR").value == 0.3
    assert "LR=0.3" in reading.template.render({})


def test_a_value_given_beside_the_command_replaces_the_exported_one(programs) -> None:
    programs.write("train.py", VARIABLE)
    from selftune.autotune.reader.command import read_command

    reading = read_command(("python", "train.py"), programs.folder, {"LR": 0.2}, {"LR": "0.5"})

    assert reading.template.render({}) == ("env", "LR=0.2", "python", "train.py")


def test_a_variable_that_the_code_requires_has_the_value_of_the_run(programs, found) -> None:
    text = 'import os\nlr = float(os.environ["LR"])\nprint("val_loss:", lr)\n'

    assert found(read(programs, text, {"LR": "0.5"}), "LR").value == 0.5
    assert [h.name for h in read(programs, text, {}).hyperparameters] == []


def test_an_option_whose_default_is_a_variable_starts_from_it_and_is_always_written(programs, found) -> None:
    text = """
        import argparse, os
        DEFAULT = os.environ.get("LR", 0.01)
        p = argparse.ArgumentParser()
        p.add_argument("--lr", type=float, default=DEFAULT)
        p.add_argument("--depth", type=int, default=3)
        a = p.parse_args()
        print("val_loss:", a.lr * a.depth)
    """
    reading = read(programs, text, {"LR": "0.5"})

    assert found(reading, "lr").value == 0.5
    assert "--lr=0.5" in reading.template.render({})
    assert "--lr=0.01" in reading.template.render({"lr": 0.01})
    assert not any("depth" in word for word in reading.template.render({}))
    assert found(read(programs, text, {}), "lr").value == 0.01


def test_a_shell_scripts_variable_has_the_value_of_the_run(programs, found) -> None:
    programs.write("train.sh", 'echo "loss=$(python -c "print(${RATE:-0.01})")"\n')
    program = CommandRequest(argv=("bash", "train.sh"), folder=str(programs.folder))

    reading = read_program(TuningJobRequest(name="j", program=program), {"RATE": "0.5"})

    assert found(reading, "RATE").value == 0.5
    assert reading.template.render({})[:2] == ("env", "RATE=0.5")


def test_a_secret_of_the_environment_is_in_no_plan(programs) -> None:
    text = 'import os\nkey = os.environ.get("SERVICE_API_KEY", "none")\nlr = float(os.environ.get("LR", 0.1))\n'
    reading = read(programs, text, {"SERVICE_API_KEY": "s3cret", "LR": "0.5"})

    assert "s3cret" not in repr(reading)
    assert "LR=0.5" in reading.template.render({})
    assert telling_variables({"GH_TOKEN": "a", "AWS_ACCESS_KEY_ID": "b", "DB_PASSWORD": "c", "MAX_TOKENS": "5"}) == {
        "MAX_TOKENS": "5"
    }


FOLLOWED = """
    import argparse, os
    p = argparse.ArgumentParser()
    p.add_argument("--lr", type=float, default=float(os.environ.get("LR", "0.001")))
    p.add_argument("--depth", type=int, default=3)
    a = p.parse_args()
    print("val_loss:", a.lr * a.depth)
"""


def test_a_default_that_the_commands_own_variable_decides_is_one_hyperparameter_with_it(programs, found) -> None:
    programs.write("train.py", FOLLOWED)
    for text in ("0.1", "0.001"):
        reading = read_command(("env", f"LR={text}", "python", "train.py"), programs.folder)

        assert [h.name for h in reading.hyperparameters] == ["LR", "depth"]
        assert (found(reading, "LR").value, found(reading, "LR").dest) == (float(text), "lr")
        assert reading.template.render({"LR": 0.5}) == ("env", "LR=0.5", "python", "train.py")


def test_a_variable_that_the_same_command_overrules_stays(programs, found) -> None:
    programs.write("train.py", FOLLOWED)
    reading = read_command(("LR=0.1", "python", "train.py", "--lr", "0.2"), programs.folder)

    assert found(reading, "lr").value == 0.2
    assert not found(reading, "lr").fixed_because
    assert found(reading, "LR").fixed_because == "is overruled by lr on the same command line"
