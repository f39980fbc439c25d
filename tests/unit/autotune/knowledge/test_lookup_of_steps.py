"""The step of a pipeline says which estimator a hyperparameter belongs to; a container image which algorithm it is."""

from __future__ import annotations

import pytest

from selftune.autotune.knowledge import SHIPPED, known_by_name, known_exactly


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("clf__C", "sklearn.logreg.C"),
        ("svc__C", "sklearn.svm.C"),
        ("randomforestclassifier__max_depth", "sklearn.forest.max_depth"),
        ("histgradientboostingclassifier__learning_rate", "sklearn.histgb.learning_rate"),
        ("model__ridge__alpha", "sklearn.linear.alpha"),
        ("mlpclassifier__alpha", "sklearn.mlp.alpha"),
        ("xgbclassifier__max_depth", "xgboost.max_depth"),
        ("preprocess__pca__n_components", "sklearn.reduction.n_components"),
        ("tfidfvectorizer__min_df", "sklearn.text.min_df"),
        ("decisiontreeclassifier__min_samples_leaf", "sklearn.forest.min_samples_leaf"),
    ],
)
def test_the_step_in_front_of_a_name_tells_the_estimator(name: str, key: str) -> None:
    for look_up in (known_by_name, known_exactly):
        known = look_up(name, ("sklearn",))
        assert known is not None
        assert known.entry.key == key


@pytest.mark.parametrize(
    ("image", "framework"),
    [
        ("174872318107.dkr.ecr.us-west-2.amazonaws.com/linear-learner:1", "sagemaker.linear-learner"),
        ("433757028032.dkr.ecr.us-west-2.amazonaws.com/image-classification:latest", "sagemaker.image"),
        ("156387875391.dkr.ecr.us-west-2.amazonaws.com/forecasting-deepar:1", "sagemaker.deepar"),
        ("246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1", "xgboost"),
        ("example.org/my-own-image@sha256:12ab", None),
    ],
)
def test_an_image_names_its_algorithm(image: str, framework: str | None) -> None:
    assert SHIPPED.framework_of_image(image) == framework
