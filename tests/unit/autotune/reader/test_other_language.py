"""What programs of other languages print and use."""

from __future__ import annotations

import pytest

from selftune.autotune.reader.other_language import read_text

from .conftest import Programs


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ('cat("rmse:", rmse, "\\n")', ["rmse"]),
        ('print(paste("val rmse", x))', ["val rmse"]),
        ('cat(sprintf("val_auc=%.3f\\n", a))', ["val_auc"]),
        ('println("loss = $loss")', ["loss"]),
        ('cat("log loss:", ll)', ["log loss"]),
        ("console.log(`val loss: ${x}`)", ["val loss"]),
        ('print "train_loss", x; printf "val_loss=%f\\n", x', ["train_loss", "val_loss"]),
        ('message("starting run")', []),
    ],
)
def test_printed_metrics_are_read_in_any_language(line: str, names: list[str]) -> None:
    assert [metric.name for metric in read_text(line, "x").metrics] == names


def test_a_boosting_library_is_known_by_its_name() -> None:
    assert read_text("model <- xgb.train(params, data)", "fit.R").frameworks == {"xgboost"}


def test_awk_gets_its_values_by_variables(programs: Programs) -> None:
    programs.write("gd.awk", 'BEGIN { printf "val_loss=%f\\n", lr }')
    reading = programs.read("awk", "-v", "lr=0.1", "-vdecay=0.5", "-f", "gd.awk")
    assert {h.name: h.value for h in reading.hyperparameters} == {"lr": 0.1, "decay": 0.5}
    assert [m.name for m in reading.metrics] == ["val_loss"]
    words = reading.template.render({"lr": 0.2, "decay": 0.4})
    assert words == ("awk", "-v", "lr=0.2", "-vdecay=0.4", "-f", "gd.awk")


def test_a_program_that_is_no_text_says_nothing(programs: Programs) -> None:
    (programs.folder / "fit.jar").write_bytes(b"\0loss=\0")
    assert programs.read("java", "-jar", "fit.jar", "--lr", "1").metrics == ()
