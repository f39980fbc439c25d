"""Load forecasting with a GRU; parse_args is called inside main and the metric comes from a CSV logger too."""
from argparse import ArgumentParser
from pathlib import Path

import numpy as np
import tensorflow as tf


def build_model(steps, features, opts):
    inputs = tf.keras.Input(shape=(steps, features))
    x = inputs
    for i in range(opts.layers):
        x = tf.keras.layers.GRU(opts.units, return_sequences=i < opts.layers - 1, recurrent_dropout=opts.recurrent_dropout)(x)
    outputs = tf.keras.layers.Dense(opts.horizon)(x)
    model = tf.keras.Model(inputs, outputs)
    model.compile(
        optimizer=tf.keras.optimizers.Adam(learning_rate=opts.lr, clipnorm=opts.clipnorm),
        loss=tf.keras.losses.Huber(delta=opts.huber_delta),
        metrics=[tf.keras.metrics.MeanAbsoluteError(name="mae"), tf.keras.metrics.RootMeanSquaredError(name="rmse")],
    )
    return model


def main():
    p = ArgumentParser()
    p.add_argument("--data", type=Path, default=Path("load.npz"))
    p.add_argument("--horizon", type=int, default=24, help="hours ahead")
    p.add_argument("--units", type=int, default=50)
    p.add_argument("--layers", type=int, default=1)
    p.add_argument("--recurrent-dropout", type=float, default=0.0)
    p.add_argument("--lr", type=float, default=0.01)
    p.add_argument("--clipnorm", type=float, default=1.0)
    p.add_argument("--huber-delta", type=float, default=1.0)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--epochs", type=int, default=30)
    p.add_argument("--logdir", default="logs")
    p.add_argument("--verbose", type=int, default=1)
    opts = p.parse_args()
    data = np.load(opts.data)
    model = build_model(data["x"].shape[1], data["x"].shape[2], opts)
    model.fit(
        data["x"], data["y"],
        validation_data=(data["x_val"], data["y_val"]),
        epochs=opts.epochs, batch_size=opts.batch, verbose=opts.verbose,
        callbacks=[tf.keras.callbacks.CSVLogger(f"{opts.logdir}/history.csv"), tf.keras.callbacks.TensorBoard(opts.logdir)],
    )


if __name__ == "__main__":
    main()
