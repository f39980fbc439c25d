"""Shell scripts: positions, options and variables with their defaults, and what they print."""

from __future__ import annotations

from .conftest import Programs


def values(reading) -> dict[str, object]:  # type: ignore[no-untyped-def]
    return {h.name: h.value for h in reading.hyperparameters}


def test_positions_take_the_names_of_their_variables_and_their_defaults(programs: Programs) -> None:
    programs.write("train.sh", '#!/bin/sh\nLR=${1:-0.01}\nexport STEPS="${2:-100}"\nNAME=$3\n')
    reading = programs.read("sh", "train.sh", "1e-1")
    assert values(reading) == {"LR": 0.1, "STEPS": 100, "NAME": None}
    assert [h.source for h in reading.hyperparameters] == ["command line", "train.sh:3", "train.sh:4"]
    assert reading.template.render({"STEPS": 7}) == ("sh", "train.sh", "1e-1", "7")


def test_positions_of_functions_are_not_those_of_the_script(programs: Programs) -> None:
    programs.write("train.sh", "step() {\n  local RATE=$1\n  X=$2\n}\nLR=$1\nstep 1 2\n")
    assert list(values(programs.read("bash", "train.sh", "0.5"))) == ["LR"]


def test_options_of_a_case_are_read_with_their_defaults(programs: Programs) -> None:
    programs.write(
        "train.sh",
        """
        LR=0.1
        HIDDEN=16
        while [ $# -gt 0 ]; do
          case "$1" in
            --lr|-l) LR="$2"; shift 2 ;;
            --hidden)
              HIDDEN="$2"
              shift; shift
              ;;
            --decay=*) DECAY="${1#*=}"; shift ;;
            --fast) FAST=true; shift ;;
            --help) usage; exit ;;
          esac
        done
        """,
    )
    reading = programs.read("bash", "train.sh", "-l", "1e-2")
    assert values(reading) == {"lr": 0.01, "hidden": 16, "decay": None, "fast": False}
    changed = reading.template.render({"lr": 0.5, "hidden": 32, "decay": 0.1, "fast": True})
    assert changed == ("bash", "train.sh", "-l", "0.5", "--hidden", "32", "--decay=0.1", "--fast")


def test_options_of_getopts_are_read(programs: Programs) -> None:
    programs.write(
        "train.sh",
        'RATE=0.1\nwhile getopts "r:n:" o; do case $o in\n  r) RATE=$OPTARG ;;\n  n) N=$OPTARG ;;\nesac; done\n',
    )
    reading = programs.read("bash", "train.sh", "-n", "3")
    assert values(reading) == {"n": 3, "r": 0.1}
    assert reading.template.render({"r": 0.2}) == ("bash", "train.sh", "-n", "3", "-r", "0.2")


def test_variables_with_a_default_are_listed_and_changed_only_on_request(programs: Programs) -> None:
    programs.write("train.sh", "LR=${LR:-0.01}\n: ${STEPS:=100}\nHERE=${PATH:-x}\n")
    reading = programs.read("bash", "train.sh")
    assert values(reading) == {"LR": 0.01, "STEPS": 100}
    assert all("environment" in h.on_request for h in reading.hyperparameters)
    assert reading.template.render({}) == ("bash", "train.sh")
    assert reading.template.render({"LR": 0.1, "STEPS": 5}) == ("env", "LR=0.1", "env", "STEPS=5", "bash", "train.sh")


def test_a_variable_that_the_command_sets_can_be_changed(programs: Programs) -> None:
    programs.write("train.sh", "LR=${LR:-0.01}\n")
    reading = programs.read("LR=0.5", "bash", "train.sh")
    assert [(h.value, h.is_listed, h.fixed_because) for h in reading.hyperparameters] == [(0.5, True, "")]
    assert reading.template.render({"LR": 0.1}) == ("env", "LR=0.1", "bash", "train.sh")


def test_what_a_shell_script_prints_is_read(programs: Programs) -> None:
    programs.write(
        "train.sh",
        """
        # echo "not_this_loss=$X"
        echo "validation:rmse=$RMSE"
        printf "mae=%.3f\\n" "$MAE"
        awk 'BEGIN { print "test_loss: " w; printf "acc=%f\\n", a }'
        echo "accuracy: $(echo "$LR*2" | bc)"
        echo "epoch $I of $N"
        """,
    )
    reading = programs.read("bash", "train.sh")
    assert [m.name for m in reading.metrics] == ["validation:rmse", "mae", "test_loss", "acc", "accuracy"]
    assert reading.metrics[0].source == "train.sh:3"


def test_continued_lines_are_read_as_one(programs: Programs) -> None:
    programs.write("train.sh", 'echo \\\n  "loss=$L"\n')
    assert [(m.name, m.source) for m in programs.read("bash", "train.sh").metrics] == [("loss", "train.sh:1")]


def test_defaults_on_one_line_are_all_read(programs: Programs) -> None:
    text = """
        gamma=0.01; lambda=0.9; iters=50 # usual
        a=1 seed=3
        while getopts "g:l:i:s:" o; do case $o in
          g) gamma=$OPTARG;; l) lambda=$OPTARG;; i) iters=$OPTARG;;
          s) seed=$OPTARG;;
        esac; done
        """
    programs.write("fit.sh", text)
    reading = programs.read("bash", "fit.sh")
    assert {h.dest: h.value for h in reading.hyperparameters} == {"gamma": 0.01, "lambda": 0.9, "iters": 50, "seed": 3}


def test_a_letter_tells_its_variable(programs: Programs) -> None:
    programs.write("fit.sh", "seed=1\nwhile getopts s: o; do case $o in s) seed=$OPTARG;; esac; done\n")
    option = programs.read("bash", "fit.sh", "-s", "3").hyperparameters[0]
    assert (option.name, option.value, option.telling_name) == ("s", 3, "seed")
