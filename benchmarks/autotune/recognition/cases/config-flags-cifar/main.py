"""Wide residual network, configured by ml_collections."""
import logging

import tensorflow as tf
from absl import app, flags
from ml_collections import config_flags

import pipeline

FLAGS = flags.FLAGS
_CONFIG = config_flags.DEFINE_config_file("config", "configs/default.py", "Configuration.", lock_config=True)
flags.DEFINE_string("workdir", "/tmp/wrn", "Folder of checkpoints.")


def build(config):
    inputs = tf.keras.Input((32, 32, 3))
    x = inputs
    for i in range(config.model.depth):
        x = tf.keras.layers.Conv2D(config.model.filters * 2 ** (i // 2), 3, padding="same", activation="relu")(x)
        if i % 2:
            x = tf.keras.layers.MaxPool2D()(x)
    x = tf.keras.layers.GlobalAveragePooling2D()(x)
    x = tf.keras.layers.Dropout(config.model.dropout)(x)
    return tf.keras.Model(inputs, tf.keras.layers.Dense(10)(x))


def main(argv):
    del argv
    config = FLAGS.config
    tf.random.set_seed(config.seed)
    train, test = pipeline.load(config.batch_size)
    model = build(config)
    optimizer = tf.keras.optimizers.SGD(config.optim.learning_rate, momentum=config.optim.momentum, nesterov=True)
    loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    for epoch in range(config.num_epochs):
        for x, y in train:
            with tf.GradientTape() as tape:
                loss = loss_fn(y, model(x, training=True))
                loss += config.optim.l2 * sum(tf.nn.l2_loss(v) for v in model.trainable_variables)
            grads = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(grads, model.trainable_variables))
        accuracy = tf.keras.metrics.SparseCategoricalAccuracy()
        for x, y in test:
            accuracy.update_state(y, model(x, training=False))
        logging.info("epoch %d test_accuracy %.4f", epoch, accuracy.result())


if __name__ == "__main__":
    app.run(main)
