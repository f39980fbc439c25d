"""Names of the positional parameters of library callables into which people put hyperparameters.

Facts of the libraries' public interfaces; only those that are called by position in practice.
"""

from __future__ import annotations

from functools import lru_cache

_OPTIMIZER = ("params", "lr")
_CONVOLUTION = ("in_channels", "out_channels", "kernel_size", "stride", "padding")
_RECURRENT = ("input_size", "hidden_size", "num_layers")
_KERAS_RECURRENT = ("units",)
_LEARNING_RATE = ("learning_rate",)

_EXACT: dict[str, tuple[str, ...]] = {
    "torch.optim.SGD": (*_OPTIMIZER, "momentum", "dampening", "weight_decay", "nesterov"),
    "torch.optim.RMSprop": (*_OPTIMIZER, "alpha", "eps", "weight_decay", "momentum"),
    "torch.optim.Adam": (*_OPTIMIZER, "betas", "eps", "weight_decay"),
    "torch.optim.AdamW": (*_OPTIMIZER, "betas", "eps", "weight_decay"),
    "torch.optim.Adadelta": (*_OPTIMIZER, "rho", "eps", "weight_decay"),
    "torch.optim.Adagrad": (*_OPTIMIZER, "lr_decay", "weight_decay"),
    "torch.optim.lr_scheduler.StepLR": ("optimizer", "step_size", "gamma"),
    "torch.optim.lr_scheduler.MultiStepLR": ("optimizer", "milestones", "gamma"),
    "torch.optim.lr_scheduler.ExponentialLR": ("optimizer", "gamma"),
    "torch.optim.lr_scheduler.CosineAnnealingLR": ("optimizer", "T_max", "eta_min"),
    "torch.optim.lr_scheduler.OneCycleLR": ("optimizer", "max_lr", "total_steps"),
    "torch.optim.lr_scheduler.ReduceLROnPlateau": ("optimizer", "mode", "factor", "patience"),
    "torch.utils.data.DataLoader": ("dataset", "batch_size", "shuffle"),
    "torch_geometric.loader.DataLoader": ("dataset", "batch_size", "shuffle"),
    "torch.utils.data.random_split": ("dataset", "lengths"),
    "torch.nn.Linear": ("in_features", "out_features"),
    "torch.nn.LazyLinear": ("out_features",),
    "torch.nn.Dropout": ("p",),
    "torch.nn.Dropout2d": ("p",),
    "torch.nn.AlphaDropout": ("p",),
    "torch.nn.LeakyReLU": ("negative_slope",),
    "torch.nn.Embedding": ("num_embeddings", "embedding_dim"),
    "torch.nn.Conv1d": _CONVOLUTION,
    "torch.nn.Conv2d": _CONVOLUTION,
    "torch.nn.Conv3d": _CONVOLUTION,
    "torch.nn.ConvTranspose2d": _CONVOLUTION,
    "torch.nn.RNN": _RECURRENT,
    "torch.nn.LSTM": _RECURRENT,
    "torch.nn.GRU": _RECURRENT,
    "torch.nn.LSTMCell": _RECURRENT[:2],
    "torch.nn.MultiheadAttention": ("embed_dim", "num_heads", "dropout"),
    "torch.nn.TransformerEncoderLayer": ("d_model", "nhead", "dim_feedforward", "dropout"),
    "torch.nn.TransformerDecoderLayer": ("d_model", "nhead", "dim_feedforward", "dropout"),
    "torch.nn.TransformerEncoder": ("encoder_layer", "num_layers"),
    "torch.nn.Transformer": ("d_model", "nhead", "num_encoder_layers", "num_decoder_layers", "dim_feedforward"),
    "torch.nn.functional.dropout": ("input", "p"),
    "torch.nn.functional.leaky_relu": ("input", "negative_slope"),
    "torch.nn.utils.clip_grad_norm_": ("parameters", "max_norm"),
    "torch.nn.utils.clip_grad_value_": ("parameters", "clip_value"),
    "torch.manual_seed": ("seed",),
    "torch.cuda.manual_seed": ("seed",),
    "torch.cuda.manual_seed_all": ("seed",),
    "torch.device": ("type",),
    "torch.set_num_threads": ("num_threads",),
    "torch.load": ("f",),
    "random.seed": ("seed",),
    "numpy.random.seed": ("seed",),
    "numpy.random.default_rng": ("seed",),
    "numpy.random.RandomState": ("seed",),
    "tensorflow.random.set_seed": ("seed",),
    "keras.utils.set_random_seed": ("seed",),
    "jax.random.PRNGKey": ("seed",),
    "jax.random.key": ("seed",),
    "lightning.seed_everything": ("seed",),
    "pytorch_lightning.seed_everything": ("seed",),
    "transformers.set_seed": ("seed",),
    "open": ("file", "mode"),
    "pathlib.Path": ("path",),
    "os.makedirs": ("path",),
    "os.listdir": ("path",),
    "os.path.join": ("path", "path", "path", "path"),
    "os.path.exists": ("path",),
    "pandas.read_csv": ("path",),
    "numpy.load": ("path",),
    "joblib.dump": ("value", "path"),
    "xgboost.train": ("params", "dtrain", "num_boost_round", "evals"),
    "xgboost.cv": ("params", "dtrain", "num_boost_round", "nfold"),
    "lightgbm.train": ("params", "train_set", "num_boost_round", "valid_sets"),
    "lightgbm.cv": ("params", "train_set", "num_boost_round"),
    "catboost.train": ("pool", "params"),
    "catboost.CatBoostClassifier": ("iterations", "learning_rate", "depth", "l2_leaf_reg"),
    "catboost.CatBoostRegressor": ("iterations", "learning_rate", "depth", "l2_leaf_reg"),
    "sklearn.ensemble.RandomForestClassifier": ("n_estimators",),
    "sklearn.ensemble.RandomForestRegressor": ("n_estimators",),
    "sklearn.ensemble.ExtraTreesClassifier": ("n_estimators",),
    "sklearn.ensemble.ExtraTreesRegressor": ("n_estimators",),
    "sklearn.neighbors.KNeighborsClassifier": ("n_neighbors",),
    "sklearn.neighbors.KNeighborsRegressor": ("n_neighbors",),
    "sklearn.neural_network.MLPClassifier": ("hidden_layer_sizes", "activation"),
    "sklearn.neural_network.MLPRegressor": ("hidden_layer_sizes", "activation"),
    "sklearn.linear_model.Ridge": ("alpha",),
    "sklearn.linear_model.Lasso": ("alpha",),
    "sklearn.linear_model.ElasticNet": ("alpha",),
    "sklearn.linear_model.LogisticRegression": ("penalty",),
    "sklearn.cluster.KMeans": ("n_clusters",),
    "sklearn.decomposition.PCA": ("n_components",),
    "keras.layers.Dense": ("units", "activation"),
    "keras.layers.Dropout": ("rate",),
    "keras.layers.SpatialDropout1D": ("rate",),
    "keras.layers.Conv1D": ("filters", "kernel_size"),
    "keras.layers.Conv2D": ("filters", "kernel_size"),
    "keras.layers.Embedding": ("input_dim", "output_dim"),
    "keras.layers.LSTM": _KERAS_RECURRENT,
    "keras.layers.GRU": _KERAS_RECURRENT,
    "keras.regularizers.l1": ("l1",),
    "keras.regularizers.l2": ("l2",),
    "transformers.get_linear_schedule_with_warmup": ("optimizer", "num_warmup_steps", "num_training_steps"),
    "transformers.get_cosine_schedule_with_warmup": ("optimizer", "num_warmup_steps", "num_training_steps"),
    "optax.clip_by_global_norm": ("max_norm",),
    "optax.exponential_decay": ("init_value", "transition_steps", "decay_rate"),
    "optax.cosine_decay_schedule": ("init_value", "decay_steps"),
}

_BY_PREFIX: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("torch.optim.lr_scheduler.", ("optimizer",)),
    ("torch.optim.", _OPTIMIZER),
    ("transformers.AdamW", _OPTIMIZER),
    ("transformers.Adafactor", _OPTIMIZER),
    ("timm.optim.", _OPTIMIZER),
    ("bitsandbytes.optim.", _OPTIMIZER),
    ("torch_optimizer.", _OPTIMIZER),
    ("keras.optimizers.schedules.", ("initial_learning_rate", "decay_steps", "decay_rate")),
    ("keras.optimizers.", _LEARNING_RATE),
    ("optax.", _LEARNING_RATE),
    ("paddle.optimizer.", _LEARNING_RATE),
    ("mxnet.gluon.Trainer", ("params", "optimizer")),
)

_SAME_PLACE: tuple[tuple[str, str], ...] = (
    ("tensorflow.keras.", "keras."),
    ("tensorflow.python.keras.", "keras."),
    ("tf_keras.", "keras."),
    ("keras.optimizers.legacy.", "keras.optimizers."),
    ("torch.utils.data.dataloader.", "torch.utils.data."),
    ("torch.optim.adamw.", "torch.optim."),
    ("torch.optim.adam.", "torch.optim."),
    ("torch.optim.sgd.", "torch.optim."),
    ("torch.nn.modules.", "torch.nn."),
    ("xgboost.sklearn.", "xgboost."),
    ("lightgbm.sklearn.", "lightgbm."),
    ("lightgbm.engine.", "lightgbm."),
)


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """A qualified name where a library offers one thing in two places."""
    for prefix, place in _SAME_PLACE:
        if name.startswith(prefix):
            return canonical(place + name[len(prefix) :])
    return name


@lru_cache(maxsize=4096)
def positional_names(name: str) -> tuple[str, ...]:
    """The names of a callable's first positional parameters, as far as they are known."""
    exact = _EXACT.get(name)
    if exact is not None:
        return exact
    return next((names for prefix, names in _BY_PREFIX if name.startswith(prefix)), ())
