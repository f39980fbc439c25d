"""Predict churn with gradient boosted trees."""
import click
import pandas as pd
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier


@click.command()
@click.option("--input", "input_path", default="churn.parquet", show_default=True)
@click.option("--label", default="churned")
@click.option("--trees", default=300, show_default=True, help="number of trees")
@click.option("--eta", default=0.08, show_default=True, help="shrinkage")
@click.option("--depth", default=5, show_default=True)
@click.option("--min-child-weight", default=2.0)
@click.option("--row-sample", default=0.8, help="share of rows per tree")
@click.option("--col-sample", default=0.7, help="share of columns per tree")
@click.option("--l2", default=1.0, help="L2 of the leaf weights")
@click.option("--folds-seed", default=11)
@click.option("--threads", default=4)
@click.option("--out", type=click.Path(), default="churn.json")
@click.option("--quiet/--verbose", default=True)
def main(input_path, label, trees, eta, depth, min_child_weight, row_sample, col_sample, l2, folds_seed, threads, out, quiet):
    frame = pd.read_parquet(input_path)
    y = frame.pop(label)
    x_train, x_val, y_train, y_val = train_test_split(frame, y, test_size=0.25, stratify=y, random_state=folds_seed)
    model = XGBClassifier(
        n_estimators=trees,
        learning_rate=eta,
        max_depth=depth,
        min_child_weight=min_child_weight,
        subsample=row_sample,
        colsample_bytree=col_sample,
        reg_lambda=l2,
        n_jobs=threads,
        eval_metric="logloss",
    )
    model.fit(x_train, y_train, eval_set=[(x_val, y_val)], verbose=not quiet)
    chance = model.predict_proba(x_val)[:, 1]
    click.echo(f"validation auc: {roc_auc_score(y_val, chance):.5f}")
    click.echo(f"validation logloss: {log_loss(y_val, chance):.5f}")
    model.save_model(out)


if __name__ == "__main__":
    main()
