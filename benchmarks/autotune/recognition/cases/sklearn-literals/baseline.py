"""Wine quality with three classifiers; nothing can be set from outside."""
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

RANDOM_STATE = 42
TEST_SIZE = 0.2

frame = pd.read_csv("winequality.csv", sep=";")
y = (frame.pop("quality") >= 6).astype(int)
x_train, x_test, y_train, y_test = train_test_split(frame, y, test_size=TEST_SIZE, random_state=RANDOM_STATE)

models = {
    "logistic": LogisticRegression(C=1.0, max_iter=1000),
    "forest": RandomForestClassifier(n_estimators=200, max_depth=8, random_state=RANDOM_STATE),
    "boosting": GradientBoostingClassifier(n_estimators=100, learning_rate=0.1, max_depth=3),
}
for name, model in models.items():
    model.fit(x_train, y_train)
    print(name, "test accuracy:", round(accuracy_score(y_test, model.predict(x_test)), 4))
