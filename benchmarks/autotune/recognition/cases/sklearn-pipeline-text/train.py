"""Spam filter: a scikit-learn pipeline with its parameters as flags named like the pipeline's."""
import argparse
import logging

import joblib
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import Pipeline

logging.basicConfig(level=logging.INFO)


def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--input", required=True)
    parser.add_argument("--output", default="spam.joblib")
    parser.add_argument("--tfidf__max_features", type=int, default=50000)
    parser.add_argument("--tfidf__ngram_max", type=int, default=2)
    parser.add_argument("--tfidf__min_df", type=int, default=2)
    parser.add_argument("--clf__alpha", type=float, default=1e-5)
    parser.add_argument("--clf__penalty", choices=["l2", "l1", "elasticnet"], default="l2")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=-1)
    args = parser.parse_args(argv)

    frame = pd.read_csv(args.input)
    model = Pipeline([
        ("tfidf", TfidfVectorizer(max_features=args.tfidf__max_features, ngram_range=(1, args.tfidf__ngram_max), min_df=args.tfidf__min_df)),
        ("clf", SGDClassifier(loss="log_loss", alpha=args.clf__alpha, penalty=args.clf__penalty, random_state=0)),
    ])
    folds = StratifiedKFold(args.folds, shuffle=True, random_state=0)
    scores = cross_val_score(model, frame["text"], frame["spam"], cv=folds, scoring="roc_auc", n_jobs=args.jobs)
    logging.info("cv auc %.5f (+- %.5f)", scores.mean(), scores.std())
    joblib.dump(model.fit(frame["text"], frame["spam"]), args.output)


if __name__ == "__main__":
    main()
