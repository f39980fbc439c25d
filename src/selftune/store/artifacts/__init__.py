"""Where files outlive the training job that made them, or wait for one: models, data, source archives."""
