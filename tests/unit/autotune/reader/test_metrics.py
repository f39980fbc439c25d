"""The metrics that a program prints, by its source; and that they are what the recogniser of output then sees."""

from __future__ import annotations

import pytest

from selftune.autotune.reader.metric_text import is_metric_name
from selftune.model.objective import Direction
from selftune.training.metrics import MetricReader, same_metric

from .conftest import Programs

PRINTED = [
    ('print(f"validation:rmse={v:.4f}")', "validation:rmse=0.1000\n", ["validation:rmse"]),
    ('print(f"Epoch {e} val_loss: {v}")', "Epoch 3 val_loss: 0.1\n", ["val_loss"]),
    (
        'print("Test set: Average loss: {:.4f}, Accuracy: {}/{} ({:.0f}%)".format(a, b, c, d))',
        "Test set: Average loss: 0.1000, Accuracy: 95/100 (95%)\n",
        ["Average loss", "Accuracy"],
    ),
    ('print("[%d] rmse=%.3f mae=%.3f" % (e, v, w))', "[3] rmse=0.100 mae=0.200\n", ["rmse", "mae"]),
    ('print("Test accuracy:", score)', "Test accuracy: 0.9\n", ["Test accuracy"]),
    ('print("val_loss", loss)', "val_loss 0.3\n", ["val_loss"]),
    ('print("val_nme", nme)', "val_nme 0.3\n", ["val_nme"]),
    ('print("rmse=" + str(v))', "rmse=0.4\n", ["rmse"]),
    ('logging.info("val acc: %.3f", v)', "val acc: 0.900\n", ["val acc"]),
    ('logger.info(f"f1={v:.2f}")', "f1=0.50\n", ["f1"]),
    ('sys.stdout.write("loss: %f\\n" % v)', "loss: 0.100000\n", ["loss"]),
    (
        'print("| end of epoch {:3d} | time: {:5.2f}s | valid loss {:5.2f} | valid ppl {:8.2f}".format(a, b, c, d))',
        "| end of epoch   1 | time:  5.20s | valid loss  5.20 | valid ppl     8.20\n",
        ["valid loss", "valid ppl"],
    ),
    ('print(json.dumps({"epoch": e, "val_auc": v}))', '{"epoch": 3, "val_auc": 0.9}\n', ["val_auc"]),
    ('print({"eval_loss": v})', "{'eval_loss': 0.5}\n", ["eval_loss"]),
    ("results = dict(test_loss=v, epoch=e)\nprint(results)", "{'test_loss': 0.5, 'epoch': 1}\n", ["test_loss"]),
    ('message = f"score: {v:.3f}"\nprint(message)', "score: 0.500\n", ["score"]),
    ('print(f"energy={v:.3f}")', "energy=0.500\n", ["energy"]),
    ('print("====> Test set loss: {:.4f}".format(v))', "====> Test set loss: 0.1234\n", ["Test set loss"]),
    ('print(f"Avg. PSNR: {v:.2f} dB")', "Avg. PSNR: 22.10 dB\n", ["Avg. PSNR"]),
    ("pbar.set_postfix(loss=v)", "10%|#   | 1/10 [00:01<00:09, loss=0.5]\n", ["loss"]),
    ('AverageMeter("Acc@1", ":6.2f")', "Acc@1  75.00 ( 76.10)\n", ["Acc@1"]),
    ('click.echo(f"test rmse: {v}")', "test rmse: 0.2\n", ["test rmse"]),
]


@pytest.mark.parametrize(("code", "output", "names"), PRINTED)
def test_a_printed_number_is_named_by_the_words_before_it(
    programs: Programs, code: str, output: str, names: list[str]
) -> None:
    reading = programs.script(code + "\n")
    assert [metric.name for metric in reading.metrics] == names
    seen = [name for name, _ in MetricReader().read(output)]
    assert all(any(same_metric(name, other) for other in seen) for name in names)


@pytest.mark.parametrize(
    "code",
    [
        'print(f"Epoch {e}/{n} lr={lr:.5f} time: {t:.1f}s")',
        'print("Saved model:", path)',
        'print(f"lr={args.lr} loss_weight={args.loss_weight}")',
        'print("Loaded %d samples" % len(data))',
        'print(f"Using device: {device}")',
        'f.write(f"loss={v}")',
        'print("done")',
        'print(f"{name}: {value:.3f}")',
    ],
)
def test_counters_settings_and_texts_are_no_metrics(programs: Programs, code: str) -> None:
    assert programs.script(code + "\n").metrics == ()


def test_an_argument_that_a_script_prints_is_no_metric(programs: Programs) -> None:
    code = 'import fire\ndef main(loss_weight=0.1):\n    print(f"loss_weight: {loss_weight}")\nfire.Fire(main)\n'
    assert programs.script(code).metrics == ()


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ('self.log("val_loss", loss)', ["val_loss"]),
        ('self.log_dict({"val_acc": a, "step": s})', ["val_acc"]),
        ('wandb.log({"eval/return": r, "epoch": e})', ["eval/return"]),
        ('writer.add_scalar("charts/episodic_return", r, step)', ["charts/episodic_return"]),
        ('mlflow.log_metric("rmse", v)', ["rmse"]),
        (
            'def go(self, b, stage):\n    self.log(f"{stage}_acc", a)\nself.go(b, "val")\nself.go(b, stage="test")',
            ["val_acc", "test_acc"],
        ),
    ],
)
def test_what_goes_to_a_logger_is_a_metric(programs: Programs, code: str, names: list[str]) -> None:
    assert [metric.name for metric in programs.script(code + "\n").metrics] == names


def test_keras_metrics_of_validation_come_first(programs: Programs) -> None:
    reading = programs.script(
        """
        import keras
        model = keras.Sequential([])
        model.compile(loss="mse", metrics=["accuracy", keras.metrics.AUC(name="auc")])
        model.fit(x, y, validation_split=0.1)
        """
    )
    names = [metric.name for metric in reading.metrics]
    assert names == ["val_accuracy", "val_auc", "val_loss", "accuracy", "auc", "loss"]
    assert reading.frameworks == {"keras"}


def test_keras_without_validation_data_prints_no_validation_metric(programs: Programs) -> None:
    code = 'import keras\nmodel.compile(loss="mse", metrics=["mae"])\nmodel.fit(x, y)\n'
    assert [metric.name for metric in programs.script(code).metrics] == ["mae", "loss"]


@pytest.mark.parametrize(
    ("params", "call", "names"),
    [
        (
            '{"objective": "reg:squarederror"}',
            'evals=[(a, "train"), (b, "validation")]',
            ["validation-rmse", "train-rmse"],
        ),
        ('{"eval_metric": ["auc", "logloss"]}', 'evals=[(b, "test")]', ["test-auc", "test-logloss"]),
        ('{"eval_metric": "auc"}', 'evals=[(b, "test")], verbose_eval=False', []),
        ('{"eval_metric": "auc"}', "num_boost_round=3", []),
    ],
)
def test_xgboost_s_evaluation_sets_name_its_metrics(
    programs: Programs, params: str, call: str, names: list[str]
) -> None:
    code = f"import xgboost as xgb\nparams = {params}\nxgb.train(params, a, {call})\n"
    assert [metric.name for metric in programs.script(code).metrics] == names


def test_xgboost_s_scikit_learn_classes_number_their_sets(programs: Programs) -> None:
    code = "from xgboost import XGBRegressor\nm = XGBRegressor()\nm.fit(x, y, eval_set=[(a, b), (c, d)])\n"
    assert [m.name for m in programs.script(code).metrics] == ["validation_1-rmse", "validation_0-rmse"]


def test_lightgbm_s_validation_sets_name_its_metrics(programs: Programs) -> None:
    code = 'import lightgbm as lgb\nlgb.train({"objective": "binary"}, d, valid_sets=[v], valid_names=["valid"])\n'
    assert [m.name for m in programs.script(code).metrics] == ["valid binary_logloss"]


def test_the_trainer_evaluates_what_compute_metrics_returns(programs: Programs) -> None:
    reading = programs.script(
        """
        from transformers import Trainer
        def compute(pred):
            return {"accuracy": a, "f1": f}
        Trainer(model=m, eval_dataset=d, compute_metrics=compute)
        """
    )
    assert [metric.name for metric in reading.metrics] == ["eval_accuracy", "eval_f1", "eval_loss"]


def test_metrics_of_the_modules_of_a_script_follow_its_own(programs: Programs) -> None:
    programs.write("engine.py", 'def test(v):\n    print(f"test_loss={v:.3f}")\n')
    reading = programs.script('import engine\nprint(f"best_acc={v:.3f}")\n')
    assert [(m.name, m.source) for m in reading.metrics] == [("best_acc", "train.py:2"), ("test_loss", "engine.py:2")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("val_loss", True), ("learning_rate", False), ("epoch", False), ("error rate", True), ("", False), ("7", False)],
)
def test_a_name_tells_whether_it_measures_quality(name: str, expected: bool) -> None:
    assert is_metric_name(name) is expected


def test_a_split_in_front_of_a_printed_line_is_part_of_the_names(programs: Programs) -> None:
    text = """
        print("train epoch %d accuracy %.3f" % (epoch, a))
        print(f"eval epoch {epoch} accuracy {b:.3f}")
        """
    assert [m.name for m in programs.script(text).metrics] == ["train accuracy", "eval accuracy"]


def names(programs: Programs, text: str) -> list[str]:
    return [metric.name for metric in programs.script(text).metrics]


def test_a_function_of_the_program_that_prints_is_a_print(programs: Programs) -> None:
    text = """
        import sys
        def progress_bar(current, total, message=None):
            sys.stdout.write(message)
        def unrelated(text):
            return text
        progress_bar(1, 2, 'Loss: %.3f | Acc: %.3f%% (%d/%d)' % (loss, acc, 3, 4))
        unrelated('Error: %.3f' % error)
        """
    assert names(programs, text) == ["Loss", "Acc"]


@pytest.mark.parametrize(
    "text",
    [
        "print('  Time Epoch Iteration   (%Epoch)   Loss   Dev/Loss     Accuracy  Dev/Accuracy')\n",
        "head = 'epoch,Loss,Dev Loss,Accuracy,Dev Accuracy'\nprint(head)\n",
        "import csv\ncsv.writer(file).writerow(['epoch', 'Loss', 'Dev Loss', 'Accuracy', 'Dev Accuracy'])\n",
    ],
)
def test_the_head_of_a_table_names_its_columns(programs: Programs, text: str) -> None:
    assert names(programs, text) == ["Loss", "Dev Loss", "Accuracy", "Dev Accuracy"]


@pytest.mark.parametrize("text", ["print('error: no such loss, stop')\n", "print('accuracy  loss  score')\n"])
def test_a_sentence_is_no_table(programs: Programs, text: str) -> None:
    assert names(programs, text) == []


def test_metrics_that_are_loaded_by_name_are_evaluated(programs: Programs) -> None:
    text = """
        import evaluate
        from transformers import Trainer
        metric = evaluate.load("f1")
        def compute(pair):
            return metric.compute(predictions=pair[0], references=pair[1])
        Trainer(compute_metrics=compute, eval_dataset=[])
        """
    assert names(programs, text) == ["eval_f1", "eval_loss"]


@pytest.mark.parametrize(
    "code",
    [
        'wandb.log({"Validation": [wandb.Image(f) for f in files]})',
        'wandb.log({"error_map": wandb.Image(f)})',
        'print(f"Accuracy of the network on the {n} test images: {acc}")',
        'print(f"Validation: {value}")',
    ],
)
def test_pictures_and_places_are_no_metrics(programs: Programs, code: str) -> None:
    assert names(programs, f"import wandb\n{code}\n") == []


def test_the_names_of_tensorboard_take_the_keys_that_a_function_returns(programs: Programs) -> None:
    programs.write(
        "evaluation.py",
        """
        def evaluate():
            stats = {"return": [], "length": []}
            stats["success"] = 1.0
            return stats
        """,
    )
    reading = programs.script(
        """
        from evaluation import evaluate
        stats = evaluate()
        for k, v in stats.items():
            writer.add_scalar(f"evaluation/average_{k}s", v, 1)
        """
    )
    assert "evaluation/average_returns" in [metric.name for metric in reading.metrics]


def test_the_keys_of_add_scalars_belong_to_its_tag(programs: Programs) -> None:
    reading = programs.script('writer.add_scalars("ppl", {"train": a, "val": b}, 1)\n')
    assert [metric.name for metric in reading.metrics] == ["ppl/train", "ppl/val"]


def test_what_is_held_out_itself_is_no_metric(programs: Programs) -> None:
    reading = programs.script('print("val_loader", loader)\nprint("test_set", data)\nprint("val_ids", ids)\n')
    assert reading.metrics == ()


def test_parentheses_in_the_head_of_a_table_belong_to_no_column(programs: Programs) -> None:
    reading = programs.script('f.write("epoch (val_ndcg, val_hr) (test_ndcg, test_hr)\\n")\n')
    assert [metric.name for metric in reading.metrics] == ["val_ndcg", "val_hr", "test_ndcg", "test_hr"]


BOOSTED = """
import argparse
import xgboost as xgb
parser = argparse.ArgumentParser()
parser.add_argument("--eval_metric", default="auc")
args = parser.parse_args()
params = {"eval_metric": args.eval_metric, "eta": 0.1}
xgb.train(params, dtrain, 10, evals=[(dtrain, "train"), (dval, "validation")])
"""


def test_the_metric_of_boosting_may_be_an_argument(programs: Programs) -> None:
    assert [m.name for m in programs.script(BOOSTED).metrics] == ["validation-auc", "train-auc"]
    given = programs.script(BOOSTED, "--eval_metric", "logloss")
    assert [m.name for m in given.metrics] == ["validation-logloss", "train-logloss"]


def test_lightgbm_s_classes_print_the_metric_that_fit_is_given(programs: Programs) -> None:
    text = (
        "from lightgbm.sklearn import LGBMClassifier\nparams = {'metric': None, 'num_leaves': 3}\n"
        "more = {'eval_metric': 'auc'}\nc = LGBMClassifier(**params)\n"
        "c.fit(x, y, eval_set=[(u, v)], eval_metric=more['eval_metric'], verbose=VERBOSE)\n"
    )
    assert [m.name for m in programs.script(text.replace("VERBOSE", "50")).metrics] == ["valid_0 auc"]
    assert programs.script(text.replace("VERBOSE", "False")).metrics == ()
    usual = "import lightgbm as lgb\nlgb.LGBMRegressor().fit(x, y, eval_set=[(x, y), (u, v)])\n"
    assert [m.name for m in programs.script(usual).metrics] == ["valid_0 l2", "valid_1 l2"]


def test_lightgbm_s_metric_may_be_an_argument_among_all_that_are_handed_on(programs: Programs) -> None:
    text = (
        "import argparse, lightgbm\np = argparse.ArgumentParser()\np.add_argument('--metric', required=True)\n"
        "params = dict(vars(p.parse_args()))\nlightgbm.train(params, d, valid_sets=held)\n"
    )
    assert [m.name for m in programs.script(text, "--metric", "rmse").metrics] == ["valid_0 rmse"]


def test_catboost_prints_test_and_the_metric_says_which_way_is_better(programs: Programs) -> None:
    text = "from catboost import CatBoostRegressor\nm = CatBoostRegressor(ARGS)\nm.fit(x, y, eval_set=(u, v))\n"
    told = programs.script(text.replace("ARGS", "loss_function='RMSE', verbose=50")).metrics
    assert [(m.name, m.direction) for m in told] == [("test", Direction.MINIMIZE)]
    told = programs.script(text.replace("ARGS", "eval_metric='AUC'").replace("Regressor", "Classifier")).metrics
    assert [(m.name, m.direction) for m in told] == [("test", Direction.MAXIMIZE)]
    assert programs.script(text.replace("ARGS", "verbose=0")).metrics == ()
