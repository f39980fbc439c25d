"""Script mode for XGBoost: claims fraud."""
import argparse
import os
import pickle

import pandas as pd
import xgboost as xgb


def model_fn(model_dir):
    with open(os.path.join(model_dir, "model.pkl"), "rb") as f:
        return pickle.load(f)


def read(folder):
    frames = [pd.read_csv(os.path.join(folder, f), header=None) for f in sorted(os.listdir(folder))]
    frame = pd.concat(frames)
    return xgb.DMatrix(frame.iloc[:, 1:], label=frame.iloc[:, 0])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--num_round", type=int, default=200)
    parser.add_argument("--max_depth", type=int, default=6)
    parser.add_argument("--eta", type=float, default=0.2)
    parser.add_argument("--gamma", type=float, default=4)
    parser.add_argument("--min_child_weight", type=float, default=6)
    parser.add_argument("--subsample", type=float, default=0.8)
    parser.add_argument("--colsample_bytree", type=float, default=1.0)
    parser.add_argument("--alpha", type=float, default=0.0)
    parser.add_argument("--scale_pos_weight", type=float, default=1.0)
    parser.add_argument("--objective", type=str, default="binary:logistic")
    parser.add_argument("--eval_metric", type=str, default="auc")
    parser.add_argument("--early_stopping_rounds", type=int, default=20)
    parser.add_argument("--nthread", type=int, default=4)
    parser.add_argument("--verbosity", type=int, default=1)
    parser.add_argument("--train", type=str, default=os.environ.get("SM_CHANNEL_TRAIN"))
    parser.add_argument("--validation", type=str, default=os.environ.get("SM_CHANNEL_VALIDATION"))
    parser.add_argument("--model_dir", type=str, default=os.environ.get("SM_MODEL_DIR"))
    args, _ = parser.parse_known_args()

    dtrain, dval = read(args.train), read(args.validation)
    hp = {
        "max_depth": args.max_depth,
        "eta": args.eta,
        "gamma": args.gamma,
        "min_child_weight": args.min_child_weight,
        "subsample": args.subsample,
        "colsample_bytree": args.colsample_bytree,
        "alpha": args.alpha,
        "scale_pos_weight": args.scale_pos_weight,
        "objective": args.objective,
        "eval_metric": args.eval_metric,
        "nthread": args.nthread,
        "verbosity": args.verbosity,
    }
    bst = xgb.train(hp, dtrain, args.num_round, evals=[(dtrain, "train"), (dval, "validation")],
                    early_stopping_rounds=args.early_stopping_rounds)
    with open(os.path.join(args.model_dir, "model.pkl"), "wb") as f:
        pickle.dump(bst, f)
