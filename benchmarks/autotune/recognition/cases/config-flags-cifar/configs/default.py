"""Default configuration."""
import ml_collections


def get_config():
    config = ml_collections.ConfigDict()
    config.seed = 42
    config.batch_size = 128
    config.num_epochs = 60
    config.optim = ml_collections.ConfigDict()
    config.optim.learning_rate = 0.1
    config.optim.momentum = 0.9
    config.optim.l2 = 5e-4
    config.model = ml_collections.ConfigDict()
    config.model.depth = 6
    config.model.filters = 32
    config.model.dropout = 0.0
    config.log_every_steps = 100
    return config
