"""Default of credits: parameters in a dictionary."""
import pandas as pd
import xgboost as xgb
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

params = {
    "objective": "binary:logistic",
    "eta": 0.05,
    "max_depth": 4,
    "subsample": 0.9,
    "colsample_bytree": 0.8,
    "lambda": 2.0,
    "seed": 5,
}
NUM_ROUNDS = 400

frame = pd.read_csv("credits.csv")
y = frame.pop("default")
x_train, x_valid, y_train, y_valid = train_test_split(frame, y, test_size=0.2, random_state=5)
dtrain, dvalid = xgb.DMatrix(x_train, y_train), xgb.DMatrix(x_valid, y_valid)
booster = xgb.train(params, dtrain, num_boost_round=NUM_ROUNDS)
print("Validation AUC:", roc_auc_score(y_valid, booster.predict(dvalid)))
booster.save_model("credits.json")
